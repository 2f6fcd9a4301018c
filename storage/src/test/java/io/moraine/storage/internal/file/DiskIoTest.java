package io.moraine.storage.internal.file;

/** The real files, read-only mapped. */
class DiskIoTest extends StorageIoContract {

    @Override
    StorageIo createIo() {
        return new DiskIo();
    }
}
