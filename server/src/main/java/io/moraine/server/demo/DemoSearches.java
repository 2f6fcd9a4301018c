package io.moraine.server.demo;

import java.util.List;

/** What the demo asks: words of the sample whose neighbours read well. */
final class DemoSearches {

    static final List<Word> QUERIES =
            List.of(
                    new Word("coffee", "07929519n"),
                    new Word("volcano", "09472597n"),
                    new Word("violin", "04536866n"),
                    new Word("wolf", "02114100n"),
                    new Word("joy", "07527352n"));

    private DemoSearches() {}

    /**
     * A word to search for.
     *
     * @param text the word
     * @param id the sample's point that means it
     */
    record Word(String text, String id) {}
}
