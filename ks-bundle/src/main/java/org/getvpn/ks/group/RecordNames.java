// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

/** Where the records of one group are in the store; a prefix ends with a slash. */
final class RecordNames {
    private RecordNames() {}

    static String group(String group) {
        return "group/" + group;
    }

    static String members(String group) {
        return "member/" + group + "/";
    }

    static String evictions(String group) {
        return "evicted/" + group + "/";
    }

    static String keyTree(String group) {
        return "keytree/" + group + "/";
    }

    static String senderIds(String group) {
        return "senderid/" + group;
    }
}
