# Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How training scales over the nodes of a network, by a model.

    python -m resnetc.scaling [OPTIONS]

A step of n nodes is simulated from what one node was measured to take. Each
computes its share of the batch, forward and backward. Gradients are complete one
bucket after the other while the backward pass goes on, at an even rate; a bucket
is added up over the nodes as soon as it is complete and the one before it is
through. Then comes the optimizer. Adding up b bytes takes

    ring:  2 (n - 1) latency + 2 (n - 1) / n * b / bandwidth
    tree:  2 ceil(log2 n) (latency + b / bandwidth)
    halving (recursive halving and doubling; Thakur, Rabenseifner and Gropp,
            "Optimization of collective communication operations in MPICH", 2005):
           2 ceil(log2 n) latency + 2 (n - 1) / n * b / bandwidth

`auto` takes the least of them for each bucket, as MPI libraries do. Blocking sums
of a few numbers (the loss; with synchronized batch normalization, the statistics
of each layer) take 2 ceil(log2 n) latencies each, and nothing is computed
meanwhile. The slowest of n nodes, whose times are normal with a deviation of
`jitter`, is sqrt(2 ln n) deviations late.
"""

import argparse
import math

COLUMNS = ("nodes", "batch", "step, ms", "waiting, ms", "images/s", "efficiency")


def ring(nodes, size, latency, bandwidth):
    return 2 * (nodes - 1) * latency + 2 * (nodes - 1) / nodes * size / bandwidth


def rounds(nodes):
    return math.ceil(math.log2(nodes))


def tree(nodes, size, latency, bandwidth):
    return 2 * rounds(nodes) * (latency + size / bandwidth)


def halving(nodes, size, latency, bandwidth):
    return (2 * rounds(nodes) * latency +
            2 * (nodes - 1) / nodes * size / bandwidth)


ALGORITHMS = {"ring": ring, "tree": tree, "halving": halving}


def reduce_time(algorithm, nodes, size, latency, bandwidth):
    """Seconds to add up `size` bytes over nodes."""
    if nodes == 1:
        return 0.0
    chosen = ALGORITHMS.values() if algorithm == "auto" else [ALGORITHMS[algorithm]]
    return min(f(nodes, size, latency, bandwidth) for f in chosen)


def step_time(options, nodes):
    """Seconds of a step."""
    late = 1 + (options.jitter / 100 * math.sqrt(2 * math.log(nodes)) if nodes > 1 else 0)
    blocking = (options.blocking * 2 * rounds(nodes) * options.latency * 1e-6
                if nodes > 1 else 0)
    step = options.step_time * 1e-3
    backward = step * options.backward_share
    # When the backward pass begins and ends; half of what blocks is before it.
    begin = (step - backward) * late + blocking / 2
    end = begin + backward * late + blocking / 2
    size = options.gradients * 1e6
    buckets = max(1, math.ceil(size / (options.bucket * 1e6)))
    through = 0.0
    for i in range(1, buckets + 1):
        complete = begin + (end - begin) * i / buckets if options.overlap else end
        through = max(through, complete) + reduce_time(
            options.algorithm, nodes, size / buckets, options.latency * 1e-6,
            options.bandwidth * 1e9 / 8)
    return max(end, through) + options.update_time * 1e-3


def rows(options):
    alone = step_time(options, 1)
    for nodes in options.nodes:
        step = step_time(options, nodes)
        yield (nodes, nodes * options.batch, step, step - alone,
               nodes * options.batch / step, alone / step)


def table(options):
    """The rows in Markdown."""
    lines = ["| %s |" % " | ".join(COLUMNS), "|" + "---:|" * len(COLUMNS)]
    for nodes, batch, step, waiting, speed, efficiency in rows(options):
        lines.append("| %d | %d | %.1f | %.1f | %.1f | %.1f %% |" % (
            nodes, batch, step * 1e3, waiting * 1e3, speed, efficiency * 100))
    return "\n".join(lines) + "\n"


def positive(text):
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError("%s is not a positive number" % text)
    return value


def not_negative(text):
    value = float(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError("%s is a negative number, or none" % text)
    return value


def share(text):
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError("%s is not from 0 to 1" % text)
    return value


def counts(text):
    values = [int(part) for part in text.split(",")]
    if min(values) < 1:
        raise argparse.ArgumentTypeError("%s has a number below 1" % text)
    return values


def parse(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m resnetc.scaling", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--step-time", type=positive, required=True, metavar="MS",
        help="forward and backward of one node's share, measured")
    add("--update-time", type=not_negative, default=0, metavar="MS",
        help="the optimizer, measured, if not in the step's time")
    add("--batch", type=int, required=True, help="examples of one node's share")
    add("--gradients", type=positive, required=True, metavar="MB",
        help="bytes of all gradients: 4 for each parameter")
    add("--backward-share", type=share, default=2 / 3, metavar="SHARE",
        help="how much of the step is the backward pass (default: 2/3)")
    add("--bucket", type=positive, default=4.194304, metavar="MB",
        help="bytes that are added up at a time (default: resnetc_mpi's)")
    add("--latency", type=not_negative, required=True, metavar="US",
        help="of a message between two nodes")
    add("--bandwidth", type=positive, required=True, metavar="GBIT/S",
        help="of a node's connection, each way")
    add("--algorithm", choices=[*ALGORITHMS, "auto"], default="auto")
    add("--blocking", type=int, default=2, metavar="N",
        help="sums a step that all wait for (default: 2; with synchronized batch "
             "normalization, 3 and 4 for each layer of it)")
    add("--jitter", type=not_negative, default=0, metavar="PERCENT",
        help="deviation of a node's time from step to step")
    add("--no-overlap", dest="overlap", action="store_false",
        help="add up after the backward pass")
    add("--nodes", type=counts, default=[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000],
        metavar="N,N,...")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    print(table(parse()), end="")
