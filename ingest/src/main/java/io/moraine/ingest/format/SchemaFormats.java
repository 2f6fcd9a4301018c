package io.moraine.ingest.format;

import io.moraine.ingest.definition.RecordFormat;
import java.util.Collection;

/** The formats whose schemas are in one registry. Safe for use by several threads. */
public interface SchemaFormats extends AutoCloseable {

    /**
     * A translator of one format, for one thread.
     *
     * @param vectorPaths where in a value vectors stand; keys separated by dots
     * @throws IllegalArgumentException if the format is none of these
     */
    ValueTranslator translator(RecordFormat format, Collection<String> vectorPaths);

    @Override
    void close();
}
