package io.moraine.storage.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The keys seen in one object, to tell repeated ones. Reused from object to object. */
final class KeySet {

    private static final int FEW = 12;

    private final List<String> few = new ArrayList<>(FEW);
    private final Set<String> many = new HashSet<>();

    void clear() {
        few.clear();
        many.clear();
    }

    int size() {
        return few.size() + many.size();
    }

    /** Adds a key; false when it was there. */
    boolean add(String key) {
        for (int i = 0; i < few.size(); i++) {
            if (few.get(i).equals(key)) {
                return false;
            }
        }
        return few.size() < FEW ? few.add(key) : many.add(key);
    }
}
