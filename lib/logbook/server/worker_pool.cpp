// Threads that take jobs from a queue.
#include "logbook/server/worker_pool.h"

namespace logbook::server {

WorkerPool::WorkerPool(size_t threads, size_t queue) : most_(queue) {
    for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(guard_);
        ending_ = true;
        queue_.clear();
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::submit(std::function<void()> job) {
    {
        const std::lock_guard lock(guard_);
        // A job that a waiting thread is about to take does not count as queued.
        if (ending_ || queue_.size() >= most_ + idle_) return false;
        queue_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

void WorkerPool::work() {
    std::unique_lock lock(guard_);
    for (;;) {
        ++idle_;
        wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        --idle_;
        if (ending_) return;
        const std::function<void()> job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

}  // namespace logbook::server
