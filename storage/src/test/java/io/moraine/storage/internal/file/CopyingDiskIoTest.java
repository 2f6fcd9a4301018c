package io.moraine.storage.internal.file;

/** The real files, copied into memory instead of mapped. */
class CopyingDiskIoTest extends StorageIoContract {

    @Override
    StorageIo createIo() {
        return new DiskIo(DiskIo.Access.COPIED);
    }
}
