package io.moraine.queryapi;

import io.moraine.queryapi.dispatch.ApiKeys;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.Encryption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;

/**
 * How the HTTP API is served.
 *
 * @param address where to listen; port 0 for any free one
 * @param keys who may use it
 * @param hosts values of the Host header, without port, that are answered; empty for any
 * @param limits what requests may cost
 * @param version this software's version, as shown to clients
 * @param encryption how connections are encrypted; empty for not at all
 */
public record ApiConfig(
        InetSocketAddress address,
        ApiKeys keys,
        Set<String> hosts,
        ApiLimits limits,
        String version,
        Optional<Encryption> encryption) {

    /** Loopback only, without keys, default limits. */
    public static ApiConfig loopback(int port, String version) {
        return new ApiConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                ApiKeys.none(),
                Set.of(),
                ApiLimits.DEFAULT,
                version,
                Optional.empty());
    }

    /** The same with other keys. */
    public ApiConfig withKeys(ApiKeys other) {
        return new ApiConfig(address, other, hosts, limits, version, encryption);
    }

    /** The same with other limits. */
    public ApiConfig withLimits(ApiLimits other) {
        return new ApiConfig(address, keys, hosts, other, version, encryption);
    }

    /** The same with encrypted connections. */
    public ApiConfig withEncryption(Encryption other) {
        return new ApiConfig(address, keys, hosts, limits, version, Optional.of(other));
    }
}
