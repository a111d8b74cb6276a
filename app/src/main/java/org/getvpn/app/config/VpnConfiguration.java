// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyServerConfiguration;

/** The whole configuration; every part was checked against every other. */
public final class VpnConfiguration {
    private final KeyServerConfiguration keyServer;
    private final Optional<KeyServerAttachment> attachment;
    private final List<Site> sites;
    private final GdoiRate gdoiRate;

    /**
     * @param keyServer key server and groups
     * @param attachment where the key server joins the data network, if it does so here
     * @param sites in the order written
     * @param gdoiRate what each member may send to key servers
     */
    public VpnConfiguration(
            KeyServerConfiguration keyServer,
            Optional<KeyServerAttachment> attachment,
            List<Site> sites,
            GdoiRate gdoiRate) {
        this.gdoiRate = Objects.requireNonNull(gdoiRate);
        this.keyServer = Objects.requireNonNull(keyServer);
        this.attachment = Objects.requireNonNull(attachment);
        this.sites = List.copyOf(sites);
    }

    /** Key server and groups. */
    public KeyServerConfiguration keyServer() {
        return keyServer;
    }

    /** Where the key server joins the data network. */
    public Optional<KeyServerAttachment> attachment() {
        return attachment;
    }

    /** In the order written. */
    public List<Site> sites() {
        return sites;
    }

    /** What each member may send to key servers. */
    public GdoiRate gdoiRate() {
        return gdoiRate;
    }

    /** The group of that name. */
    public Optional<GroupPolicy> group(String name) {
        return keyServer.groups().stream().filter(group -> group.name().equals(name)).findFirst();
    }
}
