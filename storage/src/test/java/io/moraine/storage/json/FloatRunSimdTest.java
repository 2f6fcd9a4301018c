package io.moraine.storage.json;

/** Right on every machine, fast or not. */
class FloatRunSimdTest extends FloatRunContract {

    @Override
    FloatRun run() {
        return new FloatRunSimd();
    }
}
