package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The shell launcher, run as a program among invented JDK folders. */
final class LauncherTest {

    private static final Path ROOT = RepositoryRoot.find();

    @TempDir private Path temp;
    private Path jdks;
    private Path tools;

    @BeforeEach
    void makeFolders() throws IOException {
        jdks = Files.createDirectory(temp.resolve("jdks"));
        tools = Files.createDirectory(temp.resolve("tools"));
        for (String tool :
                new String[] {
                    "sh", "sed", "head", "dirname", "readlink", "find", "ls", "mkdir", "mv", "cat"
                }) {
            Path program = Path.of("/usr/bin", tool);
            Files.createSymbolicLink(
                    tools.resolve(tool), Files.exists(program) ? program : Path.of("/bin", tool));
        }
    }

    @Test
    void prefersJavaHome() throws Exception {
        jdk("zulu-25", "25.0.1");
        Path chosen = fakeJdk(temp.resolve("mine"), "26.0.1", true);
        assertEquals(chosen.toString(), jdkWith(Map.of("JAVA_HOME", chosen.toString())).line());
    }

    @Test
    void passesOverAJavaHomeThatIsTooOld() throws Exception {
        Path old = fakeJdk(temp.resolve("old"), "17.0.15", true);
        Path good = jdk("temurin-25", "25.0.3");
        assertEquals(good.toString(), jdkWith(Map.of("JAVA_HOME", old.toString())).line());
    }

    @Test
    void takesTheJavaOnThePathThroughItsLinks() throws Exception {
        Path good = fakeJdk(temp.resolve("elsewhere"), "25", true);
        Files.createSymbolicLink(tools.resolve("java"), good.resolve("bin/java"));
        assertEquals(good.toRealPath().toString(), jdkWith(Map.of()).line());
    }

    @Test
    void takesTheOldestThatWillDoFromTheUsualFolders() throws Exception {
        jdk("a-26", "26.0.1");
        jdk("b-1.8", "1.8.0_402");
        Path good = jdk("c-25", "25.0.3");
        jdk("d-21", "21.0.4");
        assertEquals(good.toString(), jdkWith(Map.of()).line());
    }

    @Test
    void asksJavaItselfWhereThereIsNoReleaseFile() throws Exception {
        Path good = fakeJdk(jdks.resolve("bare"), "25.0.2", false);
        assertEquals(good.toString(), jdkWith(Map.of()).line());
    }

    @Test
    void findsTheHomeInsideAMacBundle() throws Exception {
        Path good = fakeJdk(jdks.resolve("temurin-25.jdk/Contents/Home"), "25.0.3", true);
        assertEquals(good.toString(), jdkWith(Map.of()).line());
    }

    @Test
    void findsTheHomeInAFolderWithSpaces() throws Exception {
        Path good = jdk("JDK 25 (mine)", "25.0.3");
        assertEquals(good.toString(), jdkWith(Map.of()).line());
    }

    @Test
    void saysWhatToInstallWhenThereIsNone() throws Exception {
        Path old = jdk("java-17", "17.0.15");
        Outcome outcome = jdkWith(Map.of("JAVA_HOME", old.toString()));
        assertEquals(69, outcome.exitCode());
        assertTrue(outcome.output().contains("needs a JDK 25 or newer"), outcome.output());
        assertTrue(outcome.output().contains(old + " (Java 17)"), outcome.output());
        assertTrue(outcome.output().contains("apt install"), outcome.output());
    }

    @Test
    void worksThroughASymbolicLink() throws Exception {
        Path good = jdk("temurin-25", "25.0.3");
        Path link = temp.resolve("moraine-link");
        Files.createSymbolicLink(link, ROOT.resolve("moraine"));
        assertEquals(good.toString(), run(link, Map.of(), "jdk").line());
    }

    @Test
    void helpNeedsNoJavaAndNamesEveryCommand() throws Exception {
        Outcome outcome = run(ROOT.resolve("moraine"), Map.of(), "help");
        assertEquals(0, outcome.exitCode());
        for (String command : new CommandLine(new Main()).getSubcommands().keySet()) {
            assertTrue(
                    outcome.output().contains("\n  " + command + " "),
                    "the launcher's help does not name '" + command + "'");
        }
    }

    @Test
    void runsTheJarsOfADistributionWithTheFlagsOfTheBuild() throws Exception {
        Path home = Files.createDirectory(temp.resolve("dist"));
        Files.copy(ROOT.resolve("moraine"), home.resolve("moraine"));
        Path java = jdk("temurin-25", "25.0.3").resolve("bin/java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Outcome outcome =
                run(
                        home.resolve("moraine"),
                        Map.of("MORAINE_JAVA_OPTS", "-Xmx3g -Dx=y"),
                        "demo",
                        "a b");
        assertEquals(0, outcome.exitCode(), outcome.output());
        String lines = "\n" + outcome.output();
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        String flags = pom.replaceAll("(?s).*<moraine.jvm.flags>(.*?)</moraine.jvm.flags>.*", "$1");
        assertTrue(lines.contains("\n" + flags.replaceFirst(" ", "\n").replace(" --", "\n--")));
        assertTrue(lines.contains("\n-Xmx3g\n-Dx=y\n-cp\n" + home + "/lib/*\n"), lines);
        assertTrue(lines.endsWith("\nio.moraine.server.Main\ndemo\na b\n"), lines);
    }

    private Path jdk(String name, String version) throws IOException {
        return fakeJdk(jdks.resolve(name), version, true);
    }

    private static Path fakeJdk(Path home, String version, boolean withReleaseFile)
            throws IOException {
        Files.createDirectories(home.resolve("bin"));
        String answer = "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2026-01-01' >&2\n";
        for (String program : new String[] {"bin/java", "bin/javac"}) {
            Files.writeString(home.resolve(program), answer);
            Files.setPosixFilePermissions(
                    home.resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        if (withReleaseFile) {
            Files.writeString(
                    home.resolve("release"),
                    "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        }
        return home;
    }

    private Outcome jdkWith(Map<String, String> environment) throws Exception {
        return run(ROOT.resolve("moraine"), environment, "jdk");
    }

    private Outcome run(Path launcher, Map<String, String> environment, String... arguments)
            throws Exception {
        String[] command = new String[arguments.length + 2];
        command[0] = "/bin/sh";
        command[1] = launcher.toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("HOME", temp.toString());
        builder.environment().put("MORAINE_JDK_PATH", jdks.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the launcher hangs");
        return new Outcome(process.exitValue(), output);
    }

    private record Outcome(int exitCode, String output) {
        String line() {
            assertEquals(0, exitCode, output);
            return output.strip();
        }
    }
}
