// A few threads and a bounded queue: work that may wait runs here, and too much of it is refused at once.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace logbook::server {

// Thread-safe. The end of its life waits for the jobs that run, and drops those that still queue.
class WorkerPool {
  public:
    WorkerPool(size_t threads, size_t queue);
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    ~WorkerPool();

    // False when the queue is full.
    bool submit(std::function<void()> job);

  private:
    void work();
    const size_t most_;
    std::mutex guard_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    size_t idle_ = 0;  // threads that wait for a job
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace logbook::server
