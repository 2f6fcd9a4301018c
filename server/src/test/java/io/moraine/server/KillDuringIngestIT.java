package io.moraine.server;

import io.moraine.server.demo.Sample;
import io.moraine.server.demo.WordNetData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is killed while it ingests loses nothing and keeps nothing twice. */
final class KillDuringIngestIT {

    /** Replay a failure with {@code -Dseed=…} from its message. */
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    @TempDir private Path temp;

    @Test
    void nothingIsLostOrTwiceWhenKilledDuringTheSample() throws Exception {
        run(3, Sample.bundled().points());
    }

    /**
     * The same with all of WordNet, where its embeddings are at hand:
     *
     * <pre>
     * mvn -pl server -am verify -Dtest=none -Dit.test=KillDuringIngestIT \
     *     -Dsurefire.failIfNoSpecifiedTests=false -Dmoraine.wordnet=FOLDER
     * </pre>
     */
    @Test
    void nothingIsLostOrTwiceWhenKilledDuringAllOfWordNet() throws Exception {
        String folder = System.getProperty("moraine.wordnet", "");
        Assumptions.assumeFalse(folder.isEmpty(), "name the data's folder: -Dmoraine.wordnet=…");
        run(5, WordNetData.read(Path.of(folder)).points());
    }

    private void run(int kills, List<Sample.Point> points) throws Exception {
        try {
            new CrashRestart(temp, points, SEED, kills).run();
        } catch (AssertionError failure) {
            throw new AssertionError("replay with -Dseed=" + SEED, failure);
        }
    }
}
