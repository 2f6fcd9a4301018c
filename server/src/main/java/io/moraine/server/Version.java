package io.moraine.server;

import io.moraine.storage.ScoreKernels;
import picocli.CommandLine.IVersionProvider;

/** Which Moraine this is, and on what it runs. */
final class Version implements IVersionProvider {

    /** The version from the jar's manifest; without a jar it is a development build. */
    static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "moraine " + number(),
            "java    "
                    + Runtime.version()
                    + " ("
                    + System.getProperty("java.vendor")
                    + "), "
                    + System.getProperty("java.home"),
            "simd    " + ScoreKernels.inUse(),
            "system  "
                    + System.getProperty("os.name")
                    + " "
                    + System.getProperty("os.arch")
                    + ", "
                    + Runtime.getRuntime().availableProcessors()
                    + " processors"
        };
    }
}
