@NullMarked
package io.moraine.queryapi.dispatch;

import org.jspecify.annotations.NullMarked;
