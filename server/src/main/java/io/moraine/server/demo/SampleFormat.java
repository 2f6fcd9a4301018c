package io.moraine.server.demo;

/**
 * The bundled sample: points with payload and embeddings, gzip around the following, little-endian.
 *
 * <pre>
 *  OFFSET  SIZE  FIELD       MEANING
 *       0     8  magic       "MRNSMPL1"
 *       8     4  count       points, at most {@value #COUNT_MAX}
 *      12     4  dimension   components of a vector
 *      16     *  documents   count times: u16 length, the id in UTF-8; u16 length, the payload, a
 *                            JSON object in UTF-8
 *       *     *  vectors     count times: dimension IEEE half floats, in the documents' order; unit
 *                            length up to rounding
 * </pre>
 *
 * gzip's own checksum covers all of it.
 */
final class SampleFormat {

    static final long MAGIC = 0x314C_504D_534E_524DL;

    static final int COUNT_MAX = 1 << 20;

    static final int LENGTH_MAX = 0xFFFF;

    private SampleFormat() {}
}
