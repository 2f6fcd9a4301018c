package io.moraine.queryapi.exchange;

import javax.net.ssl.SSLContext;

/**
 * How connections are encrypted, with TLS 1.3 or 1.2.
 *
 * @param context holds the certificates
 * @param clientsShowCertificates whether clients without one that the context trusts are turned
 *     away
 */
public record Encryption(SSLContext context, boolean clientsShowCertificates) {}
