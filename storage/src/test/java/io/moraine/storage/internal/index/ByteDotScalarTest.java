package io.moraine.storage.internal.index;

class ByteDotScalarTest extends ByteDotContract {

    @Override
    ByteDot kernel() {
        return new ByteDotScalar();
    }
}
