package io.moraine.devbroker;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A broker as its own process, for whoever wants to kill it: {@code DevBrokerMain DIRECTORY
 * [PORT]}.
 *
 * <p>Prints one line {@code ready HOST:PORT CLUSTER-ID} on standard output when clients can
 * connect, runs until it is told to terminate, and exits with status 1 when it cannot start.
 */
public final class DevBrokerMain {

    private DevBrokerMain() {}

    /** Runs a broker until the process is told to terminate. */
    @SuppressWarnings("SystemOut") // The ready line is this program's output.
    public static void main(String[] args) throws InterruptedException {
        PrintStream out = System.out;
        if (args.length < 1 || args.length > 2) {
            System.err.println("usage: DevBrokerMain DIRECTORY [PORT]");
            System.exit(2);
        }
        DevBroker broker;
        try {
            broker = DevBroker.start(Path.of(args[0]), args.length == 2 ? portOf(args[1]) : 0);
        } catch (DevBrokerException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop-dev-broker"));
        out.println("ready " + broker.bootstrapServers() + " " + broker.clusterId());
        out.flush();
        new CountDownLatch(1).await();
    }

    private static int portOf(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a port: " + text, e);
        }
    }
}
