package io.moraine.storage.json;

class FloatRunScalarTest extends FloatRunContract {

    @Override
    FloatRun run() {
        return new FloatRunScalar();
    }
}
