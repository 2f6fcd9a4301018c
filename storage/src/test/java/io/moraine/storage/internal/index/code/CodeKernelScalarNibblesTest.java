package io.moraine.storage.internal.index.code;

class CodeKernelScalarNibblesTest extends CodeKernelContract {

    @Override
    CodeKernel kernel() {
        return new CodeKernelScalar(new NibbleTables());
    }
}
