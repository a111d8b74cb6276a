// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.secret;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.getvpn.ks.api.GroupStore;
import org.getvpn.ks.store.MvGroupStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store never sees a secret, and gives none back that was touched. */
class SealedStoreTest {
    private static final byte[] SECRET = "the group's traffic key".getBytes(StandardCharsets.UTF_8);
    private final SecureRandom random = new SecureRandom();
    @TempDir Path folder;
    private Path keyFile;
    private MvGroupStore raw;
    private SealedStore store;

    @BeforeEach
    void open() throws Exception {
        keyFile = folder.resolve("wrapping.key");
        WrappingKeyFile.make(keyFile, random);
        raw = MvGroupStore.open(folder.resolve("state"));
        store = new SealedStore(raw, WrappingKeyFile.read(keyFile), random);
    }

    @AfterEach
    void close() {
        raw.close();
    }

    @Test
    void whatGoesInComesOut() {
        assertEquals(1, store.write("group/blue", 0, SECRET.clone()));
        SealedStore.Opened opened = store.read("group/blue").orElseThrow();
        assertEquals(1, opened.version());
        assertArrayEquals(SECRET, opened.plain().expose());
    }

    @Test
    void theCallersCopyIsZeroed() {
        byte[] plain = SECRET.clone();
        store.write("group/blue", 0, plain);
        assertArrayEquals(new byte[SECRET.length], plain);
    }

    @Test
    void theFileHoldsNoOctetsOfTheSecret() throws Exception {
        store.write("group/blue", 0, SECRET.clone());
        raw.close();
        String file =
                Files.readString(folder.resolve("state/ks.mv.db"), StandardCharsets.ISO_8859_1);
        assertTrue(file.contains("group/blue"));
        assertFalse(file.contains("traffic key"));
    }

    @Test
    void anAlteredBitAnywhereIsNoticed() {
        store.write("group/blue", 0, SECRET.clone());
        byte[] sealed = raw.get("group/blue").orElseThrow().octets();
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] altered = sealed.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            long version = raw.get("group/blue").map(GroupStore.Versioned::version).orElse(0L);
            raw.remove("group/blue", version);
            raw.compareAndSet("group/blue", 0, altered);
            assertThrows(UnreadableRecord.class, () -> store.read("group/blue"));
        }
    }

    @Test
    void aRecordDoesNotOpenUnderAnotherName() {
        store.write("group/blue", 0, SECRET.clone());
        raw.compareAndSet("group/red", 0, raw.get("group/blue").orElseThrow().octets());
        assertThrows(UnreadableRecord.class, () -> store.read("group/red"));
    }

    @Test
    void anOldVersionDoesNotOpenInTheNewOnesPlace() {
        store.write("group/blue", 0, SECRET.clone());
        byte[] old = raw.get("group/blue").orElseThrow().octets();
        store.write("group/blue", 1, "newer".getBytes(StandardCharsets.UTF_8));
        raw.compareAndSet("group/blue", 2, old);
        assertThrows(UnreadableRecord.class, () -> store.read("group/blue"));
    }

    @Test
    void aLostRaceIsSaid() {
        store.write("group/blue", 0, SECRET.clone());
        assertThrows(StaleRecord.class, () -> store.write("group/blue", 0, new byte[1]));
    }

    @Test
    void afterRotationEveryRecordIsSealedAnewAndTheFormerKeyMayGo() throws Exception {
        store.write("group/blue", 0, SECRET.clone());
        WrappingKeyFile.rotate(keyFile, random);
        assertEquals(2, Files.readAllLines(keyFile).size());
        SealedStore rotated = new SealedStore(raw, WrappingKeyFile.read(keyFile), random);
        assertArrayEquals(SECRET, rotated.read("group/blue").orElseThrow().plain().expose());
        assertEquals(1, rotated.rewrap());
        assertEquals(0, rotated.rewrap());
        Files.writeString(keyFile, Files.readAllLines(keyFile).get(0) + "\n");
        SealedStore later = new SealedStore(raw, WrappingKeyFile.read(keyFile), random);
        assertArrayEquals(SECRET, later.read("group/blue").orElseThrow().plain().expose());
    }

    @Test
    void aForeignWrappingKeyIsNamedAsTheReason() throws Exception {
        store.write("group/blue", 0, SECRET.clone());
        Path other = folder.resolve("other.key");
        WrappingKeyFile.make(other, random);
        SealedStore foreign = new SealedStore(raw, WrappingKeyFile.read(other), random);
        UnreadableRecord refused =
                assertThrows(UnreadableRecord.class, () -> foreign.read("group/blue"));
        assertTrue(refused.getMessage().contains("another wrapping key"));
    }

    @Test
    void theWrappingKeyFileIsThereAndPrivateOrTheServerSaysHow() throws Exception {
        Path missing = folder.resolve("missing.key");
        SecretFileRefused absent =
                assertThrows(SecretFileRefused.class, () -> WrappingKeyFile.read(missing));
        assertTrue(absent.getMessage().contains("--make-wrapping-key " + missing));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)));
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r-----"));
        SecretFileRefused open =
                assertThrows(SecretFileRefused.class, () -> WrappingKeyFile.read(keyFile));
        assertTrue(open.getMessage().contains("chmod 600"));
    }

    @Test
    void anExistingWrappingKeyIsNeverOverwritten() throws Exception {
        String before = Files.readString(keyFile);
        assertThrows(SecretFileRefused.class, () -> WrappingKeyFile.make(keyFile, random));
        assertEquals(before, Files.readString(keyFile));
    }

    @Test
    void aMalformedWrappingKeyIsRefusedWithoutShowingIt() throws Exception {
        Files.writeString(keyFile, "0123456789abcdef\n");
        SecretFileRefused refused =
                assertThrows(SecretFileRefused.class, () -> WrappingKeyFile.read(keyFile));
        assertTrue(refused.getMessage().contains("line 1"));
        assertFalse(refused.getMessage().contains("0123"));
    }
}
