package io.moraine.storage.internal.index.code;

class CodeKernelNarrowTest extends CodeKernelContract {

    @Override
    CodeKernel kernel() {
        return new CodeKernelNarrow();
    }
}
