package io.moraine.storage.internal.index.code;

class CodeKernelScalarTest extends CodeKernelContract {

    @Override
    CodeKernel kernel() {
        return new CodeKernelScalar(new FieldTables());
    }
}
