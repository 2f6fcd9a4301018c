package io.moraine.queryapi.model;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Places inside shapes, the obvious way: boxes and polygons away from poles and the date line,
 * circles by the haversine formula on a sphere of the mean radius of the earth.
 */
final class NaiveGeo {

    private static final double EARTH_RADIUS_M = 6_371_008.8;

    private NaiveGeo() {}

    static boolean asks(JsonNode condition) {
        return condition.has("geo_bounding_box")
                || condition.has("geo_radius")
                || condition.has("geo_polygon");
    }

    static boolean lies(JsonNode condition, JsonNode value) {
        if (!value.path("lat").isNumber() || !value.path("lon").isNumber()) {
            return false;
        }
        double lat = value.get("lat").asDouble();
        double lon = value.get("lon").asDouble();
        if (condition.has("geo_bounding_box")) {
            JsonNode box = condition.get("geo_bounding_box");
            return lat <= box.at("/top_left/lat").asDouble()
                    && lat >= box.at("/bottom_right/lat").asDouble()
                    && lon >= box.at("/top_left/lon").asDouble()
                    && lon <= box.at("/bottom_right/lon").asDouble();
        }
        if (condition.has("geo_radius")) {
            JsonNode circle = condition.get("geo_radius");
            return distanceM(
                            lat,
                            lon,
                            circle.at("/center/lat").asDouble(),
                            circle.at("/center/lon").asDouble())
                    <= circle.get("radius").asDouble();
        }
        return inside(condition.at("/geo_polygon/exterior/points"), lat, lon);
    }

    /** Counts how often a line to the east crosses the ring. */
    private static boolean inside(JsonNode ring, double lat, double lon) {
        boolean inside = false;
        for (int i = 0; i + 1 < ring.size(); i++) {
            double lat1 = ring.get(i).get("lat").asDouble();
            double lat2 = ring.get(i + 1).get("lat").asDouble();
            double lon1 = ring.get(i).get("lon").asDouble();
            double lon2 = ring.get(i + 1).get("lon").asDouble();
            if ((lat1 > lat) != (lat2 > lat)
                    && lon < lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1)) {
                inside = !inside;
            }
        }
        return inside;
    }

    private static double distanceM(double lat1, double lon1, double lat2, double lon2) {
        double a = Math.sin(Math.toRadians(lat2 - lat1) / 2);
        double b = Math.sin(Math.toRadians(lon2 - lon1) / 2);
        double h = a * a + Math.cos(Math.toRadians(lat1)) * Math.cos(Math.toRadians(lat2)) * b * b;
        return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
    }
}
