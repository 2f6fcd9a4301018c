package io.moraine.storage.internal.filter;

import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.FieldTest.Place;
import java.util.List;

/** Which places lie inside a shape. */
final class GeoShapes {

    /** Mean radius of the Earth, (2a + b) / 3 of the WGS 84 ellipsoid. */
    private static final double EARTH_RADIUS_METERS = 6_371_008.8;

    private GeoShapes() {}

    static boolean inside(FieldTest.GeoBox box, Place place) {
        boolean between =
                box.west() <= box.east()
                        ? place.lon() >= box.west() && place.lon() <= box.east()
                        : place.lon() >= box.west() || place.lon() <= box.east();
        return between && place.lat() <= box.north() && place.lat() >= box.south();
    }

    static boolean inside(FieldTest.GeoCircle circle, Place place) {
        return meters(circle.center(), place) <= circle.meters();
    }

    static boolean inside(FieldTest.GeoPolygon polygon, Place place) {
        return inRing(polygon.exterior(), place)
                && polygon.interiors().stream().noneMatch(hole -> inRing(hole, place));
    }

    /** Distance along a great circle, by the haversine formula. */
    static double meters(Place a, Place b) {
        double latA = Math.toRadians(a.lat());
        double latB = Math.toRadians(b.lat());
        double sinLat = Math.sin((latB - latA) / 2);
        double sinLon = Math.sin(Math.toRadians(b.lon() - a.lon()) / 2);
        double h = sinLat * sinLat + Math.cos(latA) * Math.cos(latB) * sinLon * sinLon;
        return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(h)));
    }

    /** Counts how often a ray to the east crosses the ring: inside when that is odd. */
    private static boolean inRing(List<Place> ring, Place place) {
        boolean inside = false;
        for (int i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            Place a = ring.get(i);
            Place b = ring.get(j);
            if ((a.lat() > place.lat()) != (b.lat() > place.lat())) {
                double crossing =
                        a.lon()
                                + (place.lat() - a.lat())
                                        / (b.lat() - a.lat())
                                        * (b.lon() - a.lon());
                inside ^= place.lon() < crossing;
            }
        }
        return inside;
    }
}
