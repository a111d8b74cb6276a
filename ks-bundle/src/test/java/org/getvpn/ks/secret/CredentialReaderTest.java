// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.exchange.PhaseOneCredentials;
import org.getvpn.ks.api.CertificateFiles;
import org.getvpn.ks.api.InvalidConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys as OpenSSL makes them. */
class CredentialReaderTest {
    @TempDir Path folder;

    @BeforeEach
    void anAuthorityAndAKeyServer() throws Exception {
        openssl(
                "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 9");
        openssl("req -newkey rsa:2048 -nodes -keyout ks.key -out ks.csr -subj /O=Example/CN=ks1");
        Files.writeString(file("ks.ext"), "subjectAltName=DNS:ks1.example.org,IP:10.255.0.1\n");
        openssl(
                "x509 -req -in ks.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5"
                        + " -extfile ks.ext -out ks.pem");
        mode("rw-------");
    }

    private void openssl(String arguments) throws Exception {
        Process process =
                new ProcessBuilder(("openssl " + arguments).split(" "))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), said);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private void mode(String mode) throws IOException {
        Files.setPosixFilePermissions(file("ks.key"), PosixFilePermissions.fromString(mode));
    }

    private CertificateFiles files(String chain, String key, List<String> crls, String identity) {
        return new CertificateFiles(
                file(chain),
                file(key),
                List.of(file("ca.pem")),
                crls.stream().map(this::file).collect(Collectors.toList()),
                List.of(file("ca.pem")),
                identity);
    }

    private InvalidConfiguration refusal(CertificateFiles files, Clock clock) {
        return assertThrows(InvalidConfiguration.class, () -> CredentialReader.read(files, clock));
    }

    private static void assertTells(InvalidConfiguration refused, String field, String remedy) {
        assertEquals(1, refused.problems().size(), refused.getMessage());
        assertEquals("keyServer.certificate." + field, refused.problems().get(0).field());
        assertTrue(refused.problems().get(0).remedy().contains(remedy), refused.getMessage());
    }

    @Test
    void whatOpensslMadeServesItsMethodUnderAnyOfItsNames() throws Exception {
        for (String identity :
                new String[] {null, "ks1.example.org", "10.255.0.1", "CN=ks1,O=Example"}) {
            PhaseOneCredentials credentials =
                    CredentialReader.read(
                            files("ks.pem", "ks.key", List.of(), identity), Clock.systemUTC());
            assertTrue(credentials.serves(AuthenticationMethod.RSA_SIGNATURES));
            assertFalse(credentials.serves(AuthenticationMethod.ECDSA_256));
        }
    }

    @Test
    void aPrivateKeyThatOthersMayReadIsRefused() throws Exception {
        mode("rw-r-----");
        assertTells(
                refusal(files("ks.pem", "ks.key", List.of(), null), Clock.systemUTC()),
                "privateKeyFile",
                "chmod 600");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        assertTells(
                refusal(files("ca.pem", "ks.key", List.of(), null), Clock.systemUTC()),
                "privateKeyFile",
                "is not the key of the first certificate");
    }

    @Test
    void aNameThatTheCertificateDoesNotHoldIsRefused() throws Exception {
        assertTells(
                refusal(files("ks.pem", "ks.key", List.of(), "ks2.example.org"), Clock.systemUTC()),
                "identity",
                "does not stand in our certificate");
    }

    @Test
    void anExpiredCertificateOfOurOwnIsRefusedWithItsDate() throws Exception {
        Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(6)), ZoneOffset.UTC);
        assertTells(
                refusal(files("ks.pem", "ks.key", List.of(), null), later),
                "chainFile",
                "the certificate expired on ");
    }

    @Test
    void everyFileThatIsMissingOrWrongIsToldAtOnce() throws Exception {
        InvalidConfiguration refused =
                refusal(files("none.pem", "none.key", List.of("ca.pem"), null), Clock.systemUTC());
        assertEquals(
                List.of("chainFile", "privateKeyFile", "revocationFiles"),
                refused.problems().stream()
                        .map(problem -> problem.field().replace("keyServer.certificate.", ""))
                        .collect(Collectors.toList()),
                refused.getMessage());
    }
}
