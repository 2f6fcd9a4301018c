// Speaks to a running server through Qdrant's own client, unmodified. Usage: node check.js URL
// Exits 0 when every group below behaves as the client's users expect.
import assert from 'node:assert/strict';
import { QdrantClient } from '@qdrant/js-client-rest';

const url = process.argv[2];
const warnings = [];
console.warn = (...words) => warnings.push(words.join(' '));
const client = new QdrantClient({ url });
const ids = (points) => points.map((point) => point.id);

async function refused(promise, status) {
    try {
        await promise;
    } catch (error) {
        assert.equal(error.status, status, `${error.status} ${JSON.stringify(error.data)}`);
        assert.ok(error.data.status.error.length > 10, 'an error says something');
        return error.data.status;
    }
    assert.fail(`expected an answer with status ${status}`);
}

const groups = {
    async collections() {
        await client.createCollection('js', {
            vectors: { size: 4, distance: 'Cosine' },
            shard_number: 2,
            optimizers_config: { default_segment_number: 2 },
            hnsw_config: { m: 16 },
        });
        assert.deepEqual(await client.collectionExists('js'), { exists: true });
        assert.deepEqual(await client.collectionExists('nope'), { exists: false });
        const { collections } = await client.getCollections();
        assert.ok(collections.some((each) => each.name === 'js'));
        const info = await client.getCollection('js');
        assert.equal(info.status, 'green');
        assert.equal(info.points_count, 0);
        const { size, distance } = info.config.params.vectors;
        assert.deepEqual({ size, distance }, { size: 4, distance: 'Cosine' });
        assert.equal(info.config.params.shard_number, 2);
        await refused(client.createCollection('js', { vectors: { size: 4, distance: 'Cosine' } }), 409);
        assert.equal((await refused(client.getCollection('nope'), 404)).code, 'collection_not_found');
        await refused(client.createCollection('s', { vectors: { size: 4, distance: 'Dot' }, sparse_vectors: { text: {} } }), 501);
    },

    async writes() {
        const written = await client.upsert('js', {
            wait: true,
            points: [
                { id: 1, vector: [0.05, 0.61, 0.76, 0.74], payload: { city: 'Berlin', tags: ['a', 'b'] } },
                { id: 2, vector: [0.19, 0.81, 0.75, 0.11], payload: { city: ['Berlin', 'London'] } },
                { id: 3, vector: [0.36, 0.55, 0.47, 0.94], payload: { city: ['Berlin', 'Moscow'] } },
                { id: 4, vector: [0.18, 0.01, 0.85, 0.8], payload: { city: ['London', 'Moscow'] } },
                { id: '98a9a4b1-4ef2-46fb-8315-a97d874fe1d7', vector: [0.24, 0.18, 0.22, 0.44], payload: { count: [0] } },
                { id: 'any-text', vector: [0.35, 0.08, 0.11, 0.44] },
            ],
        });
        assert.equal(written.status, 'completed');
        assert.ok(Object.keys(written.offsets).length > 0, 'a write answers its offsets');
        await client.upsert('js', {
            wait: true,
            batch: { ids: [10, 11], vectors: [[1, 0, 0, 0], [0, 1, 0, 0]], payloads: [{ n: 1 }, { n: 2 }] },
        });
        assert.deepEqual(await client.count('js'), { count: 8 });
        await client.delete('js', { wait: true, points: [10] });
        await client.delete('js', { wait: true, filter: { must: [{ key: 'n', match: { value: 2 } }] } });
        assert.deepEqual(await client.count('js', { exact: true }), { count: 6 });
        await refused(client.upsert('js', { points: [{ id: 5, vector: [1, 2] }] }), 400);
    },

    async retrieval() {
        const found = await client.retrieve('js', { ids: [1, 77, 'any-text'], with_vector: true });
        assert.deepEqual(ids(found), [1, 'any-text']);
        assert.equal(found[0].payload.city, 'Berlin');
        assert.ok(Math.abs(Math.hypot(...found[0].vector) - 1) < 1e-5, 'cosine vectors have unit length');
        const part = await client.retrieve('js', { ids: [1], with_payload: ['tags'] });
        assert.deepEqual(part[0].payload, { tags: ['a', 'b'] });
    },

    async searches() {
        const hits = await client.search('js', { vector: [0.2, 0.1, 0.9, 0.7], limit: 3 });
        assert.equal(hits[0].id, 4);
        assert.equal(hits.length, 3);
        assert.ok(hits[0].score > hits[1].score && hits[1].score >= hits[2].score);
        assert.ok(Number.isInteger(hits[0].version));
        const berlin = await client.search('js', {
            vector: [0.2, 0.1, 0.9, 0.7],
            limit: 10,
            filter: { must: [{ key: 'city', match: { value: 'Berlin' } }], must_not: [{ has_id: [3] }] },
        });
        assert.deepEqual(ids(berlin).sort(), [1, 2]);
        const [one, two] = await client.searchBatch('js', {
            searches: [
                { vector: [0.2, 0.1, 0.9, 0.7], limit: 1 },
                { vector: [0.2, 0.1, 0.9, 0.7], limit: 2, offset: 1 },
            ],
        });
        assert.equal(one[0].id, 4);
        assert.deepEqual(ids(two), ids(hits.slice(1)));
    },

    async queries() {
        const near = await client.query('js', { query: [0.2, 0.1, 0.9, 0.7], limit: 2, with_payload: true });
        assert.equal(near.points[0].id, 4);
        assert.deepEqual(near.points[0].payload.city, ['London', 'Moscow']);
        const like = await client.query('js', { query: 4, limit: 10 });
        assert.ok(!ids(like.points).includes(4));
        const both = await client.queryBatch('js', { searches: [{ query: 4, limit: 1 }, { query: [1, 0, 0, 0], limit: 1 }] });
        assert.equal(both.length, 2);
        const good = await client.query('js', { query: [0.2, 0.1, 0.9, 0.7], score_threshold: 0.95 });
        assert.ok(good.points.every((point) => point.score >= 0.95));
        await refused(client.query('js', { query: { context: [] } }), 501);
    },

    async recommendations() {
        await client.createCollection('rec', { vectors: { size: 2, distance: 'Dot' } });
        await client.upsert('rec', {
            wait: true,
            points: [
                { id: 1, vector: [1, 0], payload: { n: 5, group: 'a', at: '2026-01-01T00:00:00Z' } },
                { id: 2, vector: [0, 1], payload: { n: 3, group: 'a', at: '2026-01-03T00:00:00Z' } },
                { id: 3, vector: [1, 1], payload: { n: 9, group: 'b', at: '2026-01-02T00:00:00Z' } },
                { id: 4, vector: [-1, 0], payload: { n: 1, group: ['b', 'c'] } },
                { id: 5, vector: [0.5, 0.5], payload: { n: 7.5 } },
            ],
        });
        const average = await client.recommend('rec', { positive: [1], negative: [2], limit: 3 });
        assert.deepEqual(average.map((p) => [p.id, p.score]), [[5, 0.5], [3, 1], [4, -2]].sort((a, b) => b[1] - a[1]));
        const best = await client.query('rec', { query: { recommend: { positive: [1], negative: [2], strategy: 'best_score' } } });
        assert.equal(best.points.length, 3);
        const sums = await client.query('rec', { query: { recommend: { positive: [[1, 0]], negative: [[0, 1]], strategy: 'sum_scores' } } });
        assert.deepEqual(sums.points.map((p) => [p.id, p.score]), [[1, 1], [3, 0], [5, 0], [2, -1], [4, -1]]);
        const batch = await client.recommendBatch('rec', { searches: [{ positive: [1], limit: 1 }, { positive: [2], limit: 1 }] });
        assert.deepEqual(batch.map(ids), [[3], [3]]);
        await refused(client.recommend('rec', { positive: [77], limit: 1 }), 404);
    },

    async fusions() {
        const prefetch = [{ query: [1, 0.1], limit: 2 }, { query: [0.1, 1], limit: 2 }];
        const rrf = await client.query('rec', { prefetch, query: { fusion: 'rrf' } });
        assert.deepEqual(ids(rrf.points), [3, 1, 2]);
        assert.equal(rrf.points[0].score, 1);
        const dbsf = await client.query('rec', { prefetch, query: { fusion: 'dbsf' }, limit: 1, offset: 1 });
        assert.equal(dbsf.points.length, 1);
        const again = await client.query('rec', { prefetch, query: [-1, 0], limit: 1, with_payload: ['n'] });
        assert.deepEqual([again.points[0].id, again.points[0].payload], [2, { n: 3 }]);
    },

    async orders() {
        const up = await client.query('rec', { query: { order_by: 'n' }, limit: 2 });
        assert.deepEqual(ids(up.points), [4, 2]);
        const down = await client.scroll('rec', { order_by: { key: 'at', direction: 'desc', start_from: '2026-01-02T00:00:00Z' }, with_payload: false });
        assert.deepEqual(ids(down.points), [3, 1]);
        assert.equal(down.points[0].order_value, Date.UTC(2026, 0, 2) * 1000);
        const some = await client.query('rec', { query: { sample: 'random' }, limit: 3 });
        assert.equal(new Set(ids(some.points)).size, 3);
    },

    async groups() {
        const found = await client.searchPointGroups('rec', { vector: [1, 0], group_by: 'group', limit: 2, group_size: 1 });
        assert.deepEqual(found.groups.map((g) => [g.id, ids(g.hits)]), [['a', [1]], ['b', [3]]]);
        const queried = await client.queryGroups('rec', { query: [-1, 0], group_by: 'group', with_payload: true });
        assert.deepEqual(queried.groups.map((g) => g.id), ['b', 'c', 'a']);
        assert.equal((await client.facet('rec', { key: 'group' })).hits[0].count, 2);
        const { hits } = await client.facet('rec', { key: 'group', filter: { must: [{ key: 'n', range: { gte: 5 } }] } });
        assert.deepEqual(hits, [{ value: 'a', count: 1 }, { value: 'b', count: 1 }]);
    },

    async indexes() {
        const fields = { n: 'integer', group: 'keyword', at: 'datetime', f: 'float', b: 'bool', u: 'uuid', place: 'geo', t: { type: 'text', tokenizer: 'word' } };
        for (const [field_name, field_schema] of Object.entries(fields)) {
            const done = await client.createPayloadIndex('rec', { field_name, field_schema, wait: true });
            assert.equal(done.status, 'completed');
        }
        const { payload_schema } = await client.getCollection('rec');
        assert.equal(payload_schema.group.data_type, 'keyword');
        assert.equal(Object.keys(payload_schema).length, 8);
        const filter = { must: [{ key: 'group', match: { any: ['b', 'c'] } }, { key: 'at', range: { gte: '2026-01-01T00:00:00Z' } }] };
        assert.deepEqual(await client.count('rec', { filter }), { count: 1 });
        await client.deletePayloadIndex('rec', 'group', { wait: true });
        assert.deepEqual(await client.count('rec', { filter }), { count: 1 });
    },

    async filters() {
        await client.createCollection('filters', { vectors: { a: { size: 1, distance: 'Dot' }, b: { size: 1, distance: 'Dot' } } });
        await client.upsert('filters', {
            wait: true,
            points: [
                {
                    id: 1,
                    vector: { a: [1], b: [1] },
                    payload: {
                        n: 1, city: 'Rom', text: 'quick red fox', place: { lon: 8.5, lat: 47.4 }, tags: ['a', 'b'],
                        list: [{ k: 1, v: 'p' }, { k: 2, v: 'q' }], at: '2026-01-01T00:00:00Z', o: { x: 1 },
                    },
                },
                {
                    id: 2,
                    vector: { a: [2] },
                    payload: {
                        n: 2, city: 'Zürich', text: 'red quick', place: { lon: 2.35, lat: 48.85 }, tags: ['a'], gone: null,
                        list: [{ k: 1, v: 'q' }], at: '2026-02-01T00:00:00Z', on: true,
                    },
                },
                { id: 3, vector: { a: [3] }, payload: { n: 2.5, city: 'Rom', tags: [], on: false } },
                { id: 4, vector: { a: [4] } },
            ],
        });
        const circle = { center: { lon: 8.5, lat: 47.4 }, radius: 1000 };
        const box = { top_left: { lon: 2, lat: 49 }, bottom_right: { lon: 3, lat: 48 } };
        const corners = [[8, 47], [9, 47], [9, 48], [8, 48], [8, 47]].map(([lon, lat]) => ({ lon, lat }));
        const expected = [
            [{ key: 'city', match: { value: 'Rom' } }, [1, 3]],
            [{ key: 'n', match: { value: 2 } }, [2]],
            [{ key: 'on', match: { value: true } }, [2]],
            [{ key: 'city', match: { any: ['Zürich', 'Bern'] } }, [2]],
            [{ key: 'city', match: { except: ['Rom'] } }, [2]],
            [{ key: 'text', match: { text: 'quick red' } }, [1, 2]],
            [{ key: 'text', match: { phrase: 'quick red' } }, [1]],
            [{ key: 'n', range: { gt: 1, lte: 2.5 } }, [2, 3]],
            [{ key: 'at', range: { lt: '2026-01-15T00:00:00Z' } }, [1]],
            [{ key: 'place', geo_radius: circle }, [1]],
            [{ key: 'place', geo_bounding_box: box }, [2]],
            [{ key: 'place', geo_polygon: { exterior: { points: corners } } }, [1]],
            [{ key: 'tags', values_count: { gte: 1 } }, [1, 2]],
            [{ key: 'o.x', match: { value: 1 } }, [1]],
            [{ key: 'list[].v', match: { value: 'q' } }, [1, 2]],
            [{ key: 'tags[1]', match: { value: 'b' } }, [1]],
            [{ nested: { key: 'list', filter: { must: [{ key: 'k', match: { value: 1 } }, { key: 'v', match: { value: 'q' } }] } } }, [2]],
            [{ is_empty: { key: 'tags' } }, [3, 4]],
            [{ is_null: { key: 'gone' } }, [2]],
            [{ has_id: [4, 1, 77] }, [1, 4]],
            [{ has_vector: 'b' }, [1]],
            [{ must_not: [{ key: 'city', match: { value: 'Rom' } }] }, [2, 4]],
            [{ should: [{ has_id: [4] }, { key: 'n', match: { value: 1 } }] }, [1, 4]],
            [{ min_should: { min_count: 2, conditions: [{ has_id: [1, 2] }, { key: 'n', range: { gte: 2 } }, { key: 'on', match: { value: true } }] } }, [2]],
        ];
        const fields = { city: 'keyword', n: 'integer', on: 'bool', text: 'text', at: 'datetime', place: 'geo' };
        for (const indexed of [false, true]) {
            for (const [condition, found] of expected) {
                const filter = { must: [condition] };
                const words = `${JSON.stringify(condition)}, indexed: ${indexed}`;
                assert.deepEqual(ids((await client.scroll('filters', { filter })).points), found, words);
                const hits = await client.search('filters', { vector: { name: 'a', vector: [1] }, filter, limit: 9 });
                assert.deepEqual(ids(hits), [...found].reverse(), words);
            }
            for (const [field_name, field_schema] of Object.entries(fields)) {
                await client.createPayloadIndex('filters', { field_name, field_schema, wait: true });
            }
        }
        await refused(client.count('filters', { filter: { must: [{ key: 'n', match: { value: 1.5 } }] } }), 400);
        assert.equal(await client.deleteCollection('filters'), true);
    },

    async freshness() {
        const at = ({ offsets }) => Object.entries(offsets).map((each) => each.join(':')).join(',');
        const asking = (headers) => new QdrantClient({ url, headers });
        const written = await client.upsert('rec', { points: [{ id: 90, vector: [1, 1] }] });
        const seen = await asking({ 'moraine-at-least': at(written) }).retrieve('rec', { ids: [90] });
        assert.deepEqual(ids(seen), [90]);
        const late = asking({ 'moraine-at-least': '0:999999' });
        assert.equal((await refused(late.count('rec', { timeout: 1 }), 408)).code, 'not_caught_up');
        const answer = await fetch(`${url}/collections/rec/points/count`, { method: 'POST' });
        const { positions } = await answer.json();
        assert.ok(Object.values(positions).every(({ applied, end, lag, state }) => applied + 1 === end && lag === 0 && state === 'fresh'));
        const before = asking({ 'moraine-as-of': answer.headers.get('moraine-position') });
        await client.delete('rec', { wait: true, points: [90] });
        assert.deepEqual(ids(await before.retrieve('rec', { ids: [90] })), [90]);
        assert.deepEqual(ids(await client.retrieve('rec', { ids: [90] })), []);
    },

    async base64() {
        const packed = (...floats) => Buffer.from(new Float32Array(floats).buffer).toString('base64');
        await client.upsert('rec', { wait: true, points: [{ id: 91, vector: packed(0.5, -2) }] });
        const [point] = await client.retrieve('rec', { ids: [91], with_vector: true });
        assert.deepEqual(point.vector, [0.5, -2]);
        const found = await client.search('rec', { vector: packed(0, -1), limit: 1 });
        assert.deepEqual(ids(found), [91]);
        await refused(client.upsert('rec', { points: [{ id: 92, vector: packed(NaN, 0) }] }), 400);
        await refused(client.upsert('rec', { points: [{ id: 92, vector: [1e39, 0] }] }), 400);
        await client.delete('rec', { wait: true, points: [91] });
    },

    async limits() {
        const huge = await refused(client.search('rec', { vector: [1, 0], limit: 1000000 }), 400);
        assert.equal(huge.code, 'limit_exceeded');
        const many = Array.from({ length: 300 }, () => ({ vector: [1, 0], limit: 1 }));
        assert.equal((await refused(client.searchBatch('rec', { searches: many }), 400)).code, 'limit_exceeded');
    },

    async scrolling() {
        const seen = [];
        let offset;
        do {
            const page = await client.scroll('js', { limit: 4, offset, with_payload: false });
            seen.push(...ids(page.points));
            offset = page.next_page_offset;
        } while (offset !== null);
        assert.deepEqual(seen, [1, 2, 3, 4, '98a9a4b1-4ef2-46fb-8315-a97d874fe1d7', 'any-text']);
        const empty = await client.scroll('js', { filter: { must: [{ is_empty: { key: 'city' } }] } });
        assert.equal(empty.points.length, 2);
    },

    async payload() {
        await client.setPayload('js', { wait: true, payload: { seen: true }, points: [1, 2] });
        await client.overwritePayload('js', { wait: true, payload: { only: 'this' }, points: [2] });
        await client.deletePayload('js', { wait: true, keys: ['tags'], points: [1] });
        await client.clearPayload('js', { wait: true, filter: { must: [{ has_id: [3] }] } });
        const found = await client.retrieve('js', { ids: [1, 2, 3] });
        assert.deepEqual(found.map((point) => point.payload), [{ city: 'Berlin', seen: true }, { only: 'this' }, {}]);
    },

    async vectors() {
        await client.createCollection('named', {
            vectors: { image: { size: 2, distance: 'Dot' }, text: { size: 3, distance: 'Euclid' } },
        });
        await client.upsert('named', { wait: true, points: [{ id: 1, vector: { image: [1, 2], text: [1, 2, 3] } }] });
        await client.updateVectors('named', { wait: true, points: [{ id: 1, vector: { image: [5, 6] } }] });
        const [hit] = await client.search('named', { vector: { name: 'text', vector: [1, 2, 5] }, limit: 1 });
        assert.equal(hit.score, 2);
        await client.deleteVectors('named', { wait: true, points: [1], vector: ['text'] });
        const [point] = await client.retrieve('named', { ids: [1], with_vector: true });
        assert.deepEqual(point.vector, { image: [5, 6] });
    },

    async batches() {
        const done = await client.batchUpdate('js', {
            wait: true,
            operations: [
                { upsert: { points: [{ id: 50, vector: [1, 1, 1, 1] }] } },
                { set_payload: { payload: { from: 'batch' }, points: [50] } },
                { delete: { points: [4] } },
            ],
        });
        assert.deepEqual(done.map((each) => each.status), ['completed', 'completed', 'completed']);
        const [point] = await client.retrieve('js', { ids: [50, 4] });
        assert.deepEqual(point.payload, { from: 'batch' });
    },

    async aliases() {
        await client.updateCollectionAliases({
            actions: [{ create_alias: { alias_name: 'live', collection_name: 'js' } }],
        });
        assert.deepEqual(await client.count('live'), await client.count('js'));
        assert.deepEqual(await client.collectionExists('live'), { exists: true });
        await client.updateCollectionAliases({
            actions: [
                { rename_alias: { old_alias_name: 'live', new_alias_name: 'old' } },
                { create_alias: { alias_name: 'live', collection_name: 'named' } },
            ],
        });
        const { aliases } = await client.getAliases();
        assert.deepEqual(aliases, [
            { alias_name: 'live', collection_name: 'named' },
            { alias_name: 'old', collection_name: 'js' },
        ]);
        assert.deepEqual((await client.getCollectionAliases('js')).aliases, [{ alias_name: 'old', collection_name: 'js' }]);
        await refused(client.updateCollectionAliases({
            actions: [{ delete_alias: { alias_name: 'live' } }, { create_alias: { alias_name: 'x', collection_name: 'nope' } }],
        }), 404);
        assert.equal((await client.getAliases()).aliases.length, 2, 'all or nothing');
        assert.equal(await client.updateCollection('js', { optimizers_config: { indexing_threshold: 1 } }), true);
    },

    async deleting() {
        assert.equal(await client.deleteCollection('js'), true);
        assert.equal(await client.deleteCollection('js'), false);
        await refused(client.count('js'), 404);
        assert.deepEqual((await client.getAliases()).aliases, [{ alias_name: 'live', collection_name: 'named' }]);
    },
};

for (const [name, group] of Object.entries(groups)) {
    await group();
    console.log(`ok ${name}`);
}
assert.deepEqual(warnings, [], 'the client finds the server compatible');
