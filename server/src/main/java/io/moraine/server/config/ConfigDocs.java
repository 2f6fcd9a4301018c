package io.moraine.server.config;

/** Writes the reference page of the settings. */
public final class ConfigDocs {

    private ConfigDocs() {}

    /** The page {@code docs/configuration.md}. */
    public static String markdown() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (Setting<?> setting : Settings.ALL) {
            page.append("\n### `").append(setting.name()).append("`\n\n");
            page.append(setting.doc()).append("\n\n");
            page.append("- values: ").append(setting.type().description()).append('\n');
            page.append("- default: `").append(setting.defaultText()).append("`\n");
            page.append("- environment: `").append(setting.environmentName()).append("`\n");
        }
        return page.append(KAFKA).toString();
    }

    private static final String INTRODUCTION =
            """
            # Configuration

            This page is written by `./moraine config --docs` from the declarations in the code; a test
            fails when the two differ.

            Sources, a later one wins: built-in defaults, the file given with `--config`, environment
            variables, the command line. A file is YAML, nested or dotted:

            ```yaml
            data.dir: /var/lib/moraine
            http:
              host: 127.0.0.1
              port: 6333
            kafka:
              bootstrap.servers: broker-1:9092,broker-2:9092
              security.protocol: SASL_SSL
            ```

            On the command line `--set NAME=VALUE` sets any of them; `--http-port`, `--data-dir` and a few
            others are short for the frequent ones. A name nobody knows is refused, with the nearest valid
            one in the message. `./moraine config --config FILE` prints what a process would use, and where
            each value comes from.

            ## Settings
            """;

    private static final String KAFKA =
            """

            ## Kafka client properties

            Every other name behind `kafka.` goes to all of Moraine's Kafka clients under Kafka's own name:
            `kafka.security.protocol`, `kafka.ssl.truststore.location`, and so on. `kafka.consumer.`,
            `kafka.producer.` and `kafka.admin.` in front of a name limit it to that kind of client. In the
            environment dots are underscores: `MORAINE_KAFKA_SECURITY_PROTOCOL`.

            ## Schema registry properties

            Beside `schema-registry.url` its client takes, as Confluent's clients name them,
            `schema-registry.basic.auth.user.info` (`user:password`) or
            `schema-registry.bearer.auth.token`; `schema-registry.ssl.truststore.location`, `.password` and
            `.type` (`PKCS12` or `JKS`), and the same three with `keystore`, with
            `schema-registry.ssl.key.password`; `schema-registry.request.timeout.ms` (10000) and
            `schema-registry.cache.capacity` (1000 schemas).
            """;
}
