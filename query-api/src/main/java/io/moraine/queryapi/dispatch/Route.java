package io.moraine.queryapi.dispatch;

import io.moraine.queryapi.exchange.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One method on one path. */
public final class Route {

    private final Method method;
    private final String path;
    private final List<String> parts;
    private final Role role;
    private final Handler handler;

    public Route(Method method, String path, Role role, Handler handler) {
        this.method = method;
        this.path = path;
        this.parts = List.of(path.substring(1).split("/", -1));
        this.role = role;
        this.handler = handler;
    }

    /** The method. */
    public Method method() {
        return method;
    }

    /** The path, variable parts in braces: {@code /collections/{collection_name}}. */
    public String path() {
        return path;
    }

    /** What a caller has to be allowed to do. */
    public Role role() {
        return role;
    }

    Handler handler() {
        return handler;
    }

    /** The values of the variable parts, if the decoded parts of an address are of this path. */
    Optional<Map<String, String>> match(List<String> address) {
        if (address.size() != parts.size()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            if (part.startsWith("{")) {
                values.put(part.substring(1, part.length() - 1), address.get(i));
            } else if (!part.equals(address.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    /** Number of fixed parts; the more, the more specific the path. */
    int fixedParts() {
        return (int) parts.stream().filter(part -> !part.startsWith("{")).count();
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
