package io.moraine.storage;

import io.moraine.storage.internal.file.StorageIo;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/**
 * A file system on which something else happens in the middle of things: before each call that
 * makes, opens or publishes a segment's file or a manifest, a task runs on the caller's thread.
 */
final class InterruptedIo {

    private static final Set<String> POINTS = Set.of("create", "rename", "map", "open");

    private InterruptedIo() {}

    static StorageIo wrap(StorageIo io, Runnable task) {
        return (StorageIo)
                Proxy.newProxyInstance(
                        StorageIo.class.getClassLoader(),
                        new Class<?>[] {StorageIo.class},
                        (proxy, method, arguments) -> {
                            if (POINTS.contains(method.getName()) && !isLog(arguments[0])) {
                                task.run();
                            }
                            try {
                                return method.invoke(io, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /** The log's own work must not be interrupted by an append to it. */
    private static boolean isLog(Object path) {
        return path.toString().contains("wal-");
    }
}
