package io.moraine.storage.internal.index.code;

class CodeKernelWideTest extends CodeKernelContract {

    @Override
    CodeKernel kernel() {
        return new CodeKernelWide();
    }
}
