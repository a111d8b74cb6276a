// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.ike;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.exchange.PhaseOneCredentials;
import org.getvpn.ks.api.CertificateFiles;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.secret.CredentialReader;

/**
 * RSA-2048 certificates of one run, made by OpenSSL: an authority, the responder, which is named by
 * its address, and the load, whose members share one.
 */
final class Certificates {
    /** The subject of the load's certificate has this part. */
    static final String LOAD_SUBJECT = "CN=load";

    private static final String RESPONDER = "responder";
    private static final String LOAD = "load";

    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /**
     * Those that {@link #make} left in {@code folder}.
     *
     * @param folder made by another process
     */
    static Certificates in(Path folder) {
        return new Certificates(folder);
    }

    /**
     * Makes them, laid out as swanctl wants its folder.
     *
     * @param folder private to this run
     */
    static Certificates make(Path folder) throws IOException {
        Certificates made = new Certificates(folder);
        for (String part : List.of("x509", "x509ca", "private")) {
            Files.createDirectories(folder.resolve(part));
        }
        openssl(
                List.of(
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/O=bench/CN=authority",
                        "-keyout",
                        made.key("authority"),
                        "-out",
                        made.authority().toString()));
        made.issue(RESPONDER, "IP:" + Namespaces.RESPONDER_ADDRESS);
        made.issue(LOAD, "DNS:load.bench.test");
        return made;
    }

    private void issue(String name, String alternative) throws IOException {
        List<String> words =
                new ArrayList<>(
                        List.of("req", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-x509"));
        words.addAll(List.of("-CA", authority().toString(), "-CAkey", key("authority")));
        words.addAll(List.of("-subj", "/O=bench/CN=" + name));
        words.addAll(List.of("-addext", "subjectAltName=" + alternative));
        words.addAll(List.of("-addext", "basicConstraints=critical,CA:FALSE"));
        words.addAll(List.of("-addext", "keyUsage=critical,digitalSignature"));
        words.addAll(List.of("-keyout", key(name), "-out", certificate(name).toString()));
        openssl(words);
    }

    private static void openssl(List<String> words) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(words);
        Namespaces.output(command);
    }

    /** The folder that swanctl is told to read. */
    Path folder() {
        return folder;
    }

    /** Whom all trust. */
    Path authority() {
        return folder.resolve("x509ca").resolve("authority.pem");
    }

    /** The responder's, in PEM. */
    Path responder() {
        return certificate(RESPONDER);
    }

    /** Its key, PKCS #8. */
    Path responderKey() {
        return Path.of(key(RESPONDER));
    }

    /** What the members of the load prove themselves with. */
    PhaseOneCredentials load() throws IOException {
        CertificateFiles files =
                new CertificateFiles(
                        certificate(LOAD),
                        Path.of(key(LOAD)),
                        List.of(authority()),
                        List.of(),
                        List.of(),
                        null);
        try {
            return CredentialReader.read(files, Clock.systemUTC());
        } catch (InvalidConfiguration e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Path certificate(String name) {
        return folder.resolve("x509").resolve(name + ".pem");
    }

    private String key(String name) {
        return folder.resolve("private").resolve(name + ".pem").toString();
    }
}
