package io.moraine.schemas;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in a value vectors stand: a tree of the keys on the way to them. Numbers in arrays there
 * are written as base64 of their floats instead of as text: exact, and quick to read again.
 */
final class VectorPath {

    /** Leads to no vector. */
    static final VectorPath NOWHERE = new VectorPath(false);

    private final Map<String, VectorPath> children = new HashMap<>();
    private final boolean anyChild;
    private boolean isVector;

    private VectorPath(boolean anyChild) {
        this.anyChild = anyChild;
    }

    /**
     * The root of the tree for some paths, keys separated by dots. What lies directly below a path
     * is a vector, too: the object of vectors by name.
     */
    static VectorPath of(Collection<String> paths) {
        VectorPath root = new VectorPath(false);
        for (String path : paths) {
            VectorPath node = root;
            String[] keys = path.split("\\.", -1);
            for (int i = 0; i < keys.length; i++) {
                boolean last = i == keys.length - 1;
                @Nullable VectorPath next = node.children.get(keys[i]);
                if (next == null || (last && !next.anyChild)) {
                    VectorPath made = new VectorPath(last);
                    if (next != null) {
                        made.children.putAll(next.children);
                    }
                    node.children.put(keys[i], made);
                    next = made;
                }
                node = next;
                node.isVector |= last;
            }
        }
        return root;
    }

    /** Where a member of the object here leads. */
    VectorPath child(String key) {
        @Nullable VectorPath child = children.get(key);
        if (child != null) {
            return child;
        }
        return anyChild ? NAMED : NOWHERE;
    }

    /** Whether an array or bytes here are a vector. */
    boolean isVector() {
        return isVector;
    }

    private static final VectorPath NAMED = named();

    private static VectorPath named() {
        VectorPath named = new VectorPath(false);
        named.isVector = true;
        return named;
    }
}
