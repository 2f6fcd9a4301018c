package io.moraine.storage.model;

/** A search was given up because whoever asked does not want its answer any more. */
public final class SearchStoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SearchStoppedException() {
        super("the search was stopped before it had its answer: cancelled, or out of time");
    }
}
