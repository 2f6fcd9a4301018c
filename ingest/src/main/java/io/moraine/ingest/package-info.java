/** How do Kafka records become operations on shards, and HTTP writes become Kafka records? */
@NullMarked
package io.moraine.ingest;

import org.jspecify.annotations.NullMarked;
