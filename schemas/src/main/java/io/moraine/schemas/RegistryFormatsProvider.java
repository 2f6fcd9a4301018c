package io.moraine.schemas;

import io.moraine.ingest.format.SchemaFormats;
import io.moraine.ingest.format.SchemaFormatsProvider;
import java.util.Map;

/** Found by {@link java.util.ServiceLoader}; makes the formats that need a registry. */
public final class RegistryFormatsProvider implements SchemaFormatsProvider {

    /** Makes it; the loader needs that. */
    public RegistryFormatsProvider() {}

    @Override
    public SchemaFormats open(Map<String, String> properties) {
        return new RegistryFormats(RegistrySettings.of(properties));
    }
}
