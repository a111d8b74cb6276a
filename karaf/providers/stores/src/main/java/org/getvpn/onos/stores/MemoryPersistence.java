// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.stores;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.onosproject.persistence.PersistenceService;
import org.onosproject.persistence.PersistentMapBuilder;
import org.onosproject.persistence.PersistentSetBuilder;
import org.onosproject.store.service.Serializer;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node-local persistence that ONOS's storage service asks for, kept in memory.
 *
 * <p>What ONOS must not lose (applications and their ids, network configuration, mastership) is in
 * its Raft partitions on disk. The core of 2.5.6 comes here only for eventually consistent maps
 * built {@code withPersistence()}, which it does for intents alone and only if an operator sets
 * {@code persistenceEnabled}; whoever does so finds a warning in the log.
 */
@Component(immediate = true, service = PersistenceService.class)
public class MemoryPersistence implements PersistenceService {
    private final Logger log = LoggerFactory.getLogger(getClass());
    private final Map<String, Map<?, ?>> maps = new ConcurrentHashMap<>();
    private final Map<String, Set<?>> sets = new ConcurrentHashMap<>();

    @Override
    public <K, V> PersistentMapBuilder<K, V> persistentMapBuilder() {
        return new MapBuilder<>(this::map);
    }

    @Override
    public <E> PersistentSetBuilder<E> persistentSetBuilder() {
        return new SetBuilder<>(this::set);
    }

    @SuppressWarnings("unchecked")
    private <K, V> Map<K, V> map(String name) {
        warn(name);
        return (Map<K, V>) maps.computeIfAbsent(name, n -> new ConcurrentHashMap<>());
    }

    @SuppressWarnings("unchecked")
    private <E> Set<E> set(String name) {
        warn(name);
        return (Set<E>) sets.computeIfAbsent(name, n -> ConcurrentHashMap.newKeySet());
    }

    private void warn(String name) {
        log.warn("{} asks for persistence; this ONOS keeps it in memory until it stops", name);
    }

    private static final class MapBuilder<K, V> implements PersistentMapBuilder<K, V> {
        private final Function<String, Map<K, V>> maps;
        private String name = "unnamed";

        MapBuilder(Function<String, Map<K, V>> maps) {
            this.maps = maps;
        }

        @Override
        public PersistentMapBuilder<K, V> withName(String mapName) {
            name = mapName;
            return this;
        }

        @Override
        public PersistentMapBuilder<K, V> withSerializer(Serializer serializer) {
            return this;
        }

        @Override
        public Map<K, V> build() {
            return maps.apply(name);
        }
    }

    private static final class SetBuilder<E> implements PersistentSetBuilder<E> {
        private final Function<String, Set<E>> sets;
        private String name = "unnamed";

        SetBuilder(Function<String, Set<E>> sets) {
            this.sets = sets;
        }

        @Override
        public PersistentSetBuilder<E> withName(String setName) {
            name = setName;
            return this;
        }

        @Override
        public PersistentSetBuilder<E> withSerializer(Serializer serializer) {
            return this;
        }

        @Override
        public Set<E> build() {
            return sets.apply(name);
        }
    }
}
