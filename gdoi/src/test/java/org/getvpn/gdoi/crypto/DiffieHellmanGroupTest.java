// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.crypto.params.DHParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DiffieHellmanGroupTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @ParameterizedTest
    @EnumSource(DiffieHellmanGroup.class)
    void bothEndsAgree(DiffieHellmanGroup group) throws InvalidPublicValue {
        DiffieHellmanKey one = group.generate(RANDOM);
        DiffieHellmanKey other = group.generate(RANDOM);
        assertEquals(group.publicOctets(), one.publicValue().length);
        SecretBytes shared = one.agree(other.publicValue());
        assertEquals(group.secretOctets(), shared.length());
        assertEquals(shared, other.agree(one.publicValue()));
    }

    /** RFC 5903, section 8.1. */
    @Test
    void ecp256() throws InvalidPublicValue {
        agree(
                DiffieHellmanGroup.ECP256,
                "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
                "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"
                        + "5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
                "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
                "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
                        + "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
                "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE");
    }

    /** RFC 5903, section 8.2. */
    @Test
    void ecp384() throws InvalidPublicValue {
        agree(
                DiffieHellmanGroup.ECP384,
                "099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655"
                        + "E35B538041E649EE3FAEF896783AB194",
                "667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6"
                        + "DE3AC808ACB4BDB4C88732AEE95F41AA"
                        + "9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38E"
                        + "EB9FCFF3C2C947DAE69B4C634573A81C",
                "41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942"
                        + "E0308312916B8ED2960E4BD55A7448FC",
                "E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D"
                        + "0D1AC43A0336DEF96FDA41D0774A3571"
                        + "DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FF"
                        + "F83FA40142209DFF5EAAD96DB9E6386C",
                "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4"
                        + "D603135569B9E9D09CF5D4A270F59746");
    }

    private static void agree(
            DiffieHellmanGroup group, String i, String gi, String r, String gr, String shared)
            throws InvalidPublicValue {
        DiffieHellmanKey one = group.ofPrivate(new BigInteger(i, 16), Hex.octets(gi));
        DiffieHellmanKey other = group.ofPrivate(new BigInteger(r, 16), Hex.octets(gr));
        assertArrayEquals(Hex.octets(shared), one.agree(Hex.octets(gr)).expose());
        assertArrayEquals(Hex.octets(shared), other.agree(Hex.octets(gi)).expose());
    }

    /**
     * p = 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + c), with the c that RFC 2409, section 6,
     * and RFC 3526 print.
     */
    @Test
    void theModpPrimesAreMadeOfPi() {
        BigDecimal pi = pi(1300);
        assertEquals(prime(pi, 768, 149_686), DHStandardGroups.rfc2409_768.getP());
        assertEquals(prime(pi, 1024, 129_093), DHStandardGroups.rfc2409_1024.getP());
        assertEquals(prime(pi, 1536, 741_804), DHStandardGroups.rfc3526_1536.getP());
        assertEquals(prime(pi, 2048, 124_476), DHStandardGroups.rfc3526_2048.getP());
        assertEquals(prime(pi, 3072, 1_690_314), DHStandardGroups.rfc3526_3072.getP());
        assertEquals(prime(pi, 4096, 240_904), DHStandardGroups.rfc3526_4096.getP());
    }

    private static BigInteger prime(BigDecimal pi, int n, int c) {
        BigInteger two = BigInteger.TWO;
        BigInteger middle =
                pi.multiply(new BigDecimal(two.pow(n - 130)))
                        .toBigInteger()
                        .add(BigInteger.valueOf(c));
        return two.pow(n)
                .subtract(two.pow(n - 64))
                .subtract(BigInteger.ONE)
                .add(two.pow(64).multiply(middle));
    }

    /** Machin: pi / 4 = 4 arctan(1/5) - arctan(1/239). */
    private static BigDecimal pi(int digits) {
        MathContext context = new MathContext(digits + 10);
        return arctanOfInverse(5, context)
                .multiply(BigDecimal.valueOf(4))
                .subtract(arctanOfInverse(239, context))
                .multiply(BigDecimal.valueOf(4));
    }

    private static BigDecimal arctanOfInverse(int x, MathContext context) {
        BigDecimal power = BigDecimal.ONE.divide(BigDecimal.valueOf(x), context);
        BigDecimal square = BigDecimal.valueOf((long) x * x);
        BigDecimal sum = power;
        for (int i = 1; power.compareTo(BigDecimal.ONE.movePointLeft(1310)) > 0; i++) {
            power = power.divide(square, context);
            BigDecimal term = power.divide(BigDecimal.valueOf(2L * i + 1), context);
            sum = i % 2 == 0 ? sum.add(term) : sum.subtract(term);
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(
            value = DiffieHellmanGroup.class,
            names = {"MODP2048", "MODP3072"})
    void theValuesThatWouldGiveAwayTheSecretAreRefused(DiffieHellmanGroup group) {
        DiffieHellmanKey key = group.generate(RANDOM);
        DHParameters modp =
                group == DiffieHellmanGroup.MODP2048
                        ? DHStandardGroups.rfc3526_2048
                        : DHStandardGroups.rfc3526_3072;
        for (BigInteger bad :
                new BigInteger[] {
                    BigInteger.ZERO,
                    BigInteger.ONE,
                    modp.getP().subtract(BigInteger.ONE),
                    modp.getP(),
                    modp.getP().add(BigInteger.ONE)
                }) {
            byte[] value = DiffieHellmanGroup.padded(bad, group.publicOctets());
            assertThrows(InvalidPublicValue.class, () -> key.agree(value));
        }
        assertThrows(InvalidPublicValue.class, () -> key.agree(new byte[group.publicOctets() - 1]));
    }

    @ParameterizedTest
    @EnumSource(
            value = DiffieHellmanGroup.class,
            names = {"ECP256", "ECP384", "ECP521"})
    void whatIsNoPointOfTheCurveIsRefused(DiffieHellmanGroup group) {
        DiffieHellmanKey key = group.generate(RANDOM);
        byte[] off = group.generate(RANDOM).publicValue();
        off[off.length - 1] ^= 1;
        byte[] tooLarge = new byte[group.publicOctets()];
        Arrays.fill(tooLarge, (byte) 0xff);
        for (byte[] bad :
                new byte[][] {off, tooLarge, new byte[group.publicOctets()], new byte[3]}) {
            assertThrows(InvalidPublicValue.class, () -> key.agree(bad));
        }
    }

    @Test
    void theSharedSecretKeepsItsLeadingZeros() {
        BigInteger small = BigInteger.valueOf(0x1234);
        byte[] padded = DiffieHellmanGroup.padded(small, 256);
        assertEquals(256, padded.length);
        assertEquals(small, new BigInteger(1, padded));
        assertTrue(DiffieHellmanGroup.MODP1024.isLegacy());
    }
}
