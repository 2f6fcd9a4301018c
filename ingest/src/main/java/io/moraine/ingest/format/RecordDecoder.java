package io.moraine.ingest.format;

import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import java.util.Optional;

/**
 * Turns a record into an operation. The same record always becomes the same operation, whenever and
 * wherever it is read.
 *
 * <p>A decoder keeps scratch memory between records and belongs to one thread at a time.
 */
public interface RecordDecoder {

    /**
     * A reader of the records of a collection in a format that needs no schema, for one thread. For
     * the others see {@link RecordDecoders}.
     *
     * @throws IllegalArgumentException if the format cannot hold the collection's vectors
     */
    static RecordDecoder of(CollectionSchema schema, SourceOptions options) {
        return RecordDecoders.withoutSchemas().decoder(schema, options);
    }

    /**
     * Writes the operation that a record asks for.
     *
     * @param record the record
     * @param operation where it is written; to be finished by the caller when the record was not
     *     rejected, and to be begun anew otherwise
     * @return why the record cannot become an operation, or empty when it became one
     * @throws InvalidOperationException if the encoder refuses the operation
     * @throws SchemasUnavailableException if the record's schema cannot be asked for now
     */
    Optional<Rejection> decode(SourceRecord record, OperationEncoder operation);

    /**
     * Writes the deletion of the point that a record names, whatever else is wrong with the record.
     *
     * @return whether the point can be told
     * @throws InvalidOperationException if the encoder refuses the operation
     * @throws SchemasUnavailableException if the record's schema cannot be asked for now
     */
    boolean hide(SourceRecord record, OperationEncoder operation);
}
