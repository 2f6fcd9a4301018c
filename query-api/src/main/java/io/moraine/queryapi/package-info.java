/** How does an HTTP request become a question to shards, and hits an answer? */
@NullMarked
package io.moraine.queryapi;

import org.jspecify.annotations.NullMarked;
