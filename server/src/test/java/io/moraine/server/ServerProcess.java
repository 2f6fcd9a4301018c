package io.moraine.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in a process of its own, so that it can be killed. */
final class ServerProcess implements AutoCloseable {

    private static final Pattern API = Pattern.compile("HTTP API +(http://\\S+)");

    private final Process process;
    private final URI api;

    private ServerProcess(Process process, URI api) {
        this.process = process;
        this.api = api;
    }

    /**
     * Starts {@code moraine serve} and waits for its banner.
     *
     * @param log where its standard error goes, appended
     */
    static ServerProcess serve(Map<String, String> settings, Path log) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("serve"));
        settings.forEach((name, value) -> arguments.addAll(List.of("--set", name + "=" + value)));
        Process process = start(arguments, log);
        URI api = awaitBanner(process);
        return new ServerProcess(process, api);
    }

    /** Starts {@code moraine} with some arguments, in a JVM like this one. */
    static Process start(List<String> arguments, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Where its HTTP API is. */
    Api api() {
        return new Api(api);
    }

    /** Ends it as {@code kill -9} does: it gets no chance to tidy up. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Ends it as {@code kill} does, and returns its exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the node does not stop");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static URI awaitBanner(Process process) throws IOException {
        // Not closed: the process goes on writing.
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher address = API.matcher(line);
            if (address.find()) {
                return URI.create(address.group(1));
            }
        }
        throw new IOException("the node ended before it had started; see its log");
    }
}
