// The native peer of RecallBenchmark: hnswlib over the same vectors, driven over standard input so that its rounds and
// ours can be interleaved. Built by RecallBenchmark with: g++ -O3 -march=native.
//
// Reads little-endian: i32 dimension, rows, queries, k, M, efConstruction, threads; rows x dimension f32; queries x
// dimension f32. Writes "built <seconds> <cpu seconds>". Then, per line "<ef> <passes>" on standard input, it answers
// "searched <seconds> <cpu seconds>" for that many passes over all queries, followed by queries x k i32 ordinals of the
// last pass in binary. Ends at end of input.
#include <hnswlib/hnswlib.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <thread>
#include <vector>

namespace {

struct Stopwatch {
  std::chrono::steady_clock::time_point wall = std::chrono::steady_clock::now();
  clock_t cpu = clock();

  double wallSeconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  }
  double cpuSeconds() const { return double(clock() - cpu) / CLOCKS_PER_SEC; }
};

template <typename T>
bool readAll(T* target, size_t count) {
  return std::fread(target, sizeof(T), count, stdin) == count;
}

}  // namespace

int main() {
  int32_t header[7];
  if (!readAll(header, 7)) return 1;
  const size_t dimension = header[0], rows = header[1], queries = header[2], k = header[3];
  std::vector<float> base(rows * dimension), asked(queries * dimension);
  if (!readAll(base.data(), base.size()) || !readAll(asked.data(), asked.size())) return 1;

  hnswlib::InnerProductSpace space(dimension);
  hnswlib::HierarchicalNSW<float> index(&space, rows, header[4], header[5]);
  Stopwatch building;
  std::atomic<size_t> next(1);
  index.addPoint(&base[0], 0);
  std::vector<std::thread> workers;
  for (int t = 0; t < header[6]; t++)
    workers.emplace_back([&] {
      for (size_t i; (i = next++) < rows;) index.addPoint(&base[i * dimension], i);
    });
  for (auto& worker : workers) worker.join();
  std::printf("built %.6f %.6f\n", building.wallSeconds(), building.cpuSeconds());
  std::fflush(stdout);

  int ef = 0, passes = 0;
  std::vector<int32_t> found(queries * k);
  while (std::scanf("%d %d", &ef, &passes) == 2) {
    index.setEf(ef);
    Stopwatch searching;
    for (int pass = 0; pass < passes; pass++)
      for (size_t q = 0; q < queries; q++) {
        auto result = index.searchKnn(&asked[q * dimension], k);
        for (size_t place = 0; !result.empty(); result.pop(), place++) found[q * k + place] = result.top().second;
      }
    std::printf("searched %.6f %.6f\n", searching.wallSeconds(), searching.cpuSeconds());
    std::fwrite(found.data(), sizeof(int32_t), found.size(), stdout);
    std::fflush(stdout);
  }
  return 0;
}
