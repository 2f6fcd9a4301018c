package io.moraine.storage.internal.filter;

import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.FieldTest.Place;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The places of each row, side by side. */
final class GeoPostings implements FieldPostings {

    private double[] lons = new double[64];
    private double[] lats = new double[64];
    private int[] rows = new int[64];
    private int size;

    @Override
    public void add(int row, List<Object> values) {
        for (Object value : values) {
            Optional<Place> place = ValueTest.place(value);
            if (place.isPresent()) {
                add(row, place.get());
            }
        }
    }

    @Override
    public boolean find(FieldTest test, Verdict into) {
        return switch (test) {
            case FieldTest.GeoBox box -> find(place -> GeoShapes.inside(box, place), into);
            case FieldTest.GeoCircle circle -> find(place -> GeoShapes.inside(circle, place), into);
            case FieldTest.GeoPolygon polygon ->
                    find(place -> GeoShapes.inside(polygon, place), into);
            case FieldTest.OneOf _,
                    FieldTest.NoneOf _,
                    FieldTest.Words _,
                    FieldTest.NumberRange _,
                    FieldTest.TimeRange _ ->
                    false;
        };
    }

    private boolean find(Predicate<Place> shape, Verdict into) {
        for (int i = 0; i < size; i++) {
            if (shape.test(new Place(lons[i], lats[i]))) {
                into.pass(rows[i]);
            }
        }
        return true;
    }

    private void add(int row, Place place) {
        if (size == rows.length) {
            lons = Arrays.copyOf(lons, 2 * size);
            lats = Arrays.copyOf(lats, 2 * size);
            rows = Arrays.copyOf(rows, 2 * size);
        }
        lons[size] = place.lon();
        lats[size] = place.lat();
        rows[size++] = row;
    }
}
