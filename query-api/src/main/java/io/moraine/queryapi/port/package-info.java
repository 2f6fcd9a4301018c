/**
 * What must someone else provide so that an HTTP request can be answered?
 *
 * <p>The ports of this module, implemented by the server over ingestion and Kafka: {@link
 * io.moraine.queryapi.port.CollectionService} knows the collections, {@link
 * io.moraine.queryapi.port.CollectionHandle} takes writes and names the partitions, {@link
 * io.moraine.queryapi.port.PartitionHandle} hands out the local shard and what is known of its log.
 * Interfaces and values only; no Kafka, HTTP or JSON types.
 */
@NullMarked
package io.moraine.queryapi.port;

import org.jspecify.annotations.NullMarked;
