//===- Passes.td - Passes of the resnet dialect ---------- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order of the pipeline.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_TRANSFORMS_PASSES_TD
#define RESNETC_DIALECT_RESNET_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ResNetInferShapes : Pass<"resnet-infer-shapes", "::mlir::func::FuncOp"> {
  let summary = "Makes all shapes known but the batch";
  let description = [{
    Infers result types in order. Where a model computes shapes (`shape`,
    `gather`, `concat`, ...), follows each integer: it is known, or the batch
    (dimension 0 of an input, if dynamic), or unknown. Known integers become
    constants, and so do shapes of `reshape` with the batch in them; what
    computed them is then dead and erased. So is what computes few numbers from
    constants, unless it is a matrix of floating point. A shape that the file
    declares for a result is that of what it is computed from element by
    element, where this depends on values that are not known. `auto_pad` is
    resolved into `pads`.

    It is an error if a shape stays unknown in any dimension but the batch: no
    later pass has to ask.

    ```mlir
    func.func @f(%x: tensor<?x512x7x7xf32>) -> tensor<*xf32> {
      %shape = resnet.shape %x : (tensor<?x512x7x7xf32>) -> tensor<4xi64>
      %zero = resnet.constant dense<0> : tensor<1xi64>
      %n = resnet.gather %shape, %zero : (tensor<4xi64>, tensor<1xi64>) -> tensor<1xi64>
      %rest = resnet.constant dense<25088> : tensor<1xi64>
      %to = resnet.concat %n, %rest {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
      %y = resnet.reshape %x, %to : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<*xf32>
      return %y : tensor<*xf32>
    }
    // ==>
    func.func @f(%x: tensor<?x512x7x7xf32>) -> tensor<?x25088xf32> {
      %to = resnet.constant dense<[-1, 25088]> : tensor<2xi64>
      %y = resnet.reshape %x, %to : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<?x25088xf32>
      return %y : tensor<?x25088xf32>
    }
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
  let statistics = [
    Statistic<"numConstants", "constants",
              "Number of computed shapes that became constants">,
    Statistic<"numAutoPads", "auto-pads", "Number of auto_pads resolved">
  ];
}

def ResNetDecomposeBatchSums
    : Pass<"resnet-decompose-batch-sums", "::mlir::func::FuncOp"> {
  let summary = "Sums over a batch as sums of each example, and of these";
  let description = [{
    In functions for training: what is summed up over the elements of a channel
    in the whole batch is summed up in each example first, while that is in the
    caches, and then over the examples. `resnet.batch_statistics`,
    `resnet.channel_sums` and reductions become ordinary operations;
    `resnet.batch_norm` a product and a sum, by factors that are computed once
    for the batch.

    ```mlir
    %s = resnet.reduce %g, %axes  // 0, 2, 3
       : (tensor<?x64x8x8xf32>, tensor<3xi64>) -> tensor<64xf32>
    // ==>
    %m = resnet.global_avg_pool %g : (tensor<?x64x8x8xf32>) -> tensor<?x64x1x1xf32>
    %t = resnet.reduce %m, %axes : (tensor<?x64x1x1xf32>, tensor<3xi64>) -> tensor<64xf32>
    %s = resnet.mul %t, %plane  // 64.0
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
}

def ResNetRecomputeBlocks
    : Pass<"resnet-recompute-blocks", "::mlir::func::FuncOp"> {
  let summary = "Compute blocks again for the backward pass";
  let description = [{
    In the function `@NAME_backward`: divides what computes the loss into blocks,
    and keeps for the backward pass only what is live between them. What it reads
    of the values within a block, but the last, is computed once more before it
    gets there. Statistics of the batch and whatever else examples share are
    kept, and nothing is updated twice. Blocks end where little is live, as behind
    the sums of residual networks, and are as large as takes the least memory:
    what is live between them and what one of them leaves to the backward pass
    (Chen and others, "Training Deep Nets with Sublinear Memory Cost", 2016).

    It has to be the last of the passes that take equal operations for one.

    ```mlir
    %a = resnet.conv %x, %w1 : ...
    %b = resnet.add %a, %x : ...
    %c = resnet.conv %b, %w2 : ...
    %d = resnet.add %c, %b : ...
    ...
    %dd = ...
    %dw2 = resnet.conv_filter_gradient %b, %dd : ...
    %e = resnet.mul %dd, %c : ...
    // ==>
    ...
    %dd = ...
    %dw2 = resnet.conv_filter_gradient %b, %dd : ...
    %c2 = resnet.conv %b, %w2 : ...
    %e = resnet.mul %dd, %c2 : ...
    ```
  }];
  let statistics = [
    Statistic<"numBlocks", "blocks", "Blocks that are computed again">,
    Statistic<"numRecomputed", "recomputed", "Operations that are repeated">
  ];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
}

def ResNetSliceStridedConv
    : Pass<"resnet-slice-strided-conv", "::mlir::func::FuncOp"> {
  let summary = "Take the pixels that a 1x1 convolution reads first";
  let description = [{
    A 1x1 convolution with strides is one without of the pixels that it reads.
    Its gradient is then a convolution of these, too, and not one with zeros
    between the pixels.

    ```mlir
    %y = resnet.conv %x, %w {strides = array<i64: 2, 2>}
       : (tensor<?x64x56x56xf32>, tensor<128x64x1x1xf32>) -> tensor<?x128x28x28xf32>
    // ==>
    %s = resnet.slice %x, %starts, %ends, %axes, %steps : ... -> tensor<?x64x28x28xf32>
    %y = resnet.conv %s, %w
       : (tensor<?x64x28x28xf32>, tensor<128x64x1x1xf32>) -> tensor<?x128x28x28xf32>
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
}

def ResNetPlaceParameters
    : Pass<"resnet-place-parameters", "::mlir::ModuleOp"> {
  let summary = "Places what a caller keeps of a network in training";
  let description = [{
    Gives arguments and results of a role an offset in bytes, `resnet.place`,
    into the memory for their role: parameters and buffers, gradients, states,
    and settings. What has the same name there has the same place in all
    functions. Offsets are multiples of 64, but settings have no gaps.

    ```mlir
    func.func @net_update(%w: tensor<3xf32> {resnet.name = "w", resnet.role = "parameter"},
                          %b: tensor<4xf32> {resnet.name = "b", resnet.role = "parameter"})
    // ==>
    func.func @net_update(%w: tensor<3xf32> {resnet.name = "w", resnet.place = 0 : i64, ...},
                          %b: tensor<4xf32> {resnet.name = "b", resnet.place = 64 : i64, ...})
    ```
  }];
}

def ResNetGenerateBackward
    : Pass<"resnet-generate-backward", "::mlir::ModuleOp"> {
  let summary = "Makes of a network what trains it";
  let description = [{
    Of the module's network `@net`, whose shapes are known, three functions:

    - `@net` with what is learned as arguments;
    - `@net_backward`, the loss of a batch and its gradients, which it adds to
      those it is given, so that several calls make one large batch;
    - `@net_update`, a step of the optimizer, which makes the gradients zero.

    A tensor whose first dimension is the batch has an example in each row; one
    of known shape is shared by the examples. `resnet.role` says what an
    argument or a result is: "parameter", "buffer" (statistics that the forward
    pass changes), "gradient", "state" (of the optimizer, called
    `PARAMETER.momentum` and the like) or "setting" (a number given at run
    time); inputs and outputs proper have none. `resnet.value` is what an
    argument holds at first, and `resnet.updates` the number of the argument
    that a result overwrites.

    Learned are the initializers of the model that an operation takes as its
    parameters (`DifferentiableOpInterface`), directly or through operations
    on constants, and whose names match `trainable`. One that several operations
    have is learned by all of them together, unless it repeats a single value:
    such ones (fresh scales and biases) exporters merge, so that each operation
    gets its own, called `NAME_1` and so on. All else stays constant; nothing is
    differentiated that leads only to it. Batch normalization whose
    scale or offset is learned normalizes by the statistics of the batch in
    `@net_backward`, and mixes them (the variance unbiased, as PyTorch has it)
    into the running ones with weight `batch_norm_momentum`, unless the loss is
    no finite number; `@net` has the running ones.

    Dropouts drop in `@net_backward`, and not in `@net`. An argument of the role
    "random" has the seed and the number of the batch, by which the result of the
    same role is larger by 1; one of the role "example" has the number of each
    example.

    With `data-parallel`, processes each have a share of the batch. What losses
    are divided by is added up over them (`resnet.all_reduce`), and so is the
    loss that is returned; gradients are those of a process's share of it, so that
    their sum is the gradient of the whole batch, whatever its shares are.
    Statistics are those of a process's examples, or with `sync-batch-norm` of all.

    The losses are means over the examples of the batch:

    - `softmax-cross-entropy` of logits `?xCx...` and labels `?x...` of i64, as
      torch.nn.CrossEntropyLoss: over all labels that name a class and are not
      `ignore-index`, weighted by `class-weights`, and with `label-smoothing`.
      The label says how many classes there are (`resnet.classes`) and which
      number does not count (`resnet.ignore_index`), for the runtime to check.
      If the network ends in a softmax, the loss takes what goes into it.
    - `binary-cross-entropy` of logits and targets of one shape, as
      torch.nn.BCEWithLogitsLoss; a sigmoid at the end is left out likewise.
    - `mse`, mean((output - target)^2).

    The optimizers, and their settings with defaults:

    - `sgd` as torch.optim.SGD: learning_rate 0.01, momentum 0.9, weight_decay
      0; or Nesterov's momentum.
    - `adamw` as torch.optim.AdamW: learning_rate 0.001, beta1 0.9, beta2
      0.999, epsilon 1e-8, weight_decay 0.01.
    - `lars`, Algorithm 1 of You, Gitman and Ginsburg, "Large Batch Training of
      Convolutional Networks" (2017), with the rate inside of the momentum:
      v = momentum * v + learning_rate * r * (g + weight_decay * w), w -= v,
      where r = trust_coefficient * |w| / (|g| + weight_decay * |w|):
      learning_rate 0.1, momentum 0.9, weight_decay 0.0005, trust_coefficient
      0.001. Parameters that do not decay have r = 1.

    Biases, slopes and what scales channels do not decay. With a clip_norm above
    its default of 0, gradients are scaled so that the norm of all together is
    not larger.

    It is an error if the batch is fixed, if a pattern matches no parameter,
    and if an operation between a parameter and the loss has no gradient.

    ```mlir
    func.func @net(%x: tensor<?x4xf32> {resnet.name = "x"})
        -> (tensor<?x3xf32> {resnet.name = "y"}) {
      %w = resnet.constant dense_resource<w> : tensor<3x4xf32> loc("w")
      %y = resnet.gemm %x, %w {trans_b = true} : ...
      return %y : tensor<?x3xf32>
    }
    // ==>
    func.func @net(%x: tensor<?x4xf32> {resnet.name = "x"},
        %w: tensor<3x4xf32> {resnet.name = "w", resnet.role = "parameter",
                             resnet.value = dense_resource<w> : tensor<3x4xf32>})
        -> (tensor<?x3xf32> {resnet.name = "y"}) {
      %y = resnet.gemm %x, %w {trans_b = true} : ...
      return %y : tensor<?x3xf32>
    }
    func.func @net_backward(%x: tensor<?x4xf32> {resnet.name = "x"},
        %label: tensor<?xi64> {resnet.classes = 3 : i64,
                               resnet.ignore_index = -100 : i64,
                               resnet.name = "label"},
        %w: tensor<3x4xf32> {resnet.name = "w", resnet.role = "parameter", ...},
        %gw: tensor<3x4xf32> {resnet.name = "w", resnet.role = "gradient"})
        -> (tensor<f32> {resnet.name = "loss"}, tensor<?x3xf32> {resnet.name = "y"},
            tensor<3x4xf32> {resnet.name = "w", resnet.role = "gradient",
                             resnet.updates = 3 : i64})
    func.func @net_update(%w: ..., %gw: ...,
        %v: tensor<3x4xf32> {resnet.name = "w.momentum", resnet.role = "state", ...},
        %rate: tensor<f32> {resnet.name = "learning_rate", resnet.role = "setting",
                            resnet.value = dense<0.01> : tensor<f32>}, ...)
        -> (tensor<3x4xf32> {resnet.name = "w", resnet.role = "parameter",
                             resnet.updates = 0 : i64}, ...)
    ```
  }];
  let options = [
    Option<"loss", "loss", "::resnetc::resnet::LossKind",
           /*default=*/"::resnetc::resnet::LossKind::SoftmaxCrossEntropy",
           "What is made small", [{::llvm::cl::values(
             clEnumValN(::resnetc::resnet::LossKind::SoftmaxCrossEntropy,
                        "softmax-cross-entropy", "Of logits and labels"),
             clEnumValN(::resnetc::resnet::LossKind::BinaryCrossEntropy,
                        "binary-cross-entropy", "Of logits and targets"),
             clEnumValN(::resnetc::resnet::LossKind::MeanSquaredError, "mse",
                        "Squares of differences from targets"))}]>,
    Option<"output", "output", "std::string", /*default=*/"",
           "The output that the loss is of (default: the first)">,
    Option<"labelSmoothing", "label-smoothing", "double", /*default=*/"0",
           "What of a label is spread over all classes">,
    Option<"ignoreIndex", "ignore-index", "int64_t", /*default=*/"-100",
           "A label that does not count">,
    ListOption<"classWeights", "class-weights", "std::string",
               "A number for each class, or `setting` to have them as the "
               "setting class_weights">,
    Option<"optimizer", "optimizer", "::resnetc::resnet::OptimizerKind",
           /*default=*/"::resnetc::resnet::OptimizerKind::SGD",
           "What makes a step of gradients", [{::llvm::cl::values(
             clEnumValN(::resnetc::resnet::OptimizerKind::SGD, "sgd",
                        "Stochastic gradient descent with momentum"),
             clEnumValN(::resnetc::resnet::OptimizerKind::AdamW, "adamw",
                        "Adam with decoupled weight decay"),
             clEnumValN(::resnetc::resnet::OptimizerKind::LARS, "lars",
                        "Layer-wise adaptive rates"))}]>,
    Option<"nesterov", "nesterov", "bool", /*default=*/"false",
           "Nesterov's momentum, with sgd">,
    Option<"decayAll", "decay-all", "bool", /*default=*/"false",
           "Let weights of rank 1 and of elementwise operations decay, too">,
    ListOption<"trainable", "trainable", "std::string",
               "Patterns of the names of what is learned (default: all)">,
    Option<"gradientOfInput", "gradient-of-input", "bool", /*default=*/"false",
           "Also make the gradients with respect to the inputs, as results "
           "INPUT.gradient">,
    Option<"dataParallel", "data-parallel", "bool", /*default=*/"false",
           "Let the loss be the mean over the examples of all processes">,
    Option<"syncBatchNorm", "sync-batch-norm", "bool", /*default=*/"false",
           "Normalize by the statistics of all processes' examples, too">
  ];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
  let statistics = [
    Statistic<"numParameters", "parameters", "Number of tensors learned">
  ];
}

def ResNetFoldConstants : Pass<"resnet-fold-constants", "::mlir::func::FuncOp"> {
  let summary = "Evaluates operations on constants";
  let description = [{
    With the reference evaluator: in double precision, rounded once. What is
    dead afterwards is erased.

    ```mlir
    %w = resnet.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
    %t = resnet.transpose %w {perm = array<i64: 1, 0>} : (tensor<1x2xf32>) -> tensor<2x1xf32>
    // ==>
    %t = resnet.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
    ```
  }];
  let options = [
    Option<"maxElements", "max-elements", "int64_t", /*default=*/"1 << 24",
           "Larger operands and results are left alone">
  ];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
  let statistics = [
    Statistic<"numFolded", "folded", "Number of operations folded">
  ];
}

def ResNetSignalsToImages : Pass<"resnet-signals-to-images", "::mlir::func::FuncOp"> {
  let summary = "Gives signals a second spatial dimension";
  let description = [{
    Convolutions, pools and batch normalizations on N x C x L work on
    N x C x 1 x L instead, for which there are kernels. Elementwise operations
    and concatenations behind them follow, so that only the reshapes at the ends
    of a chain are left.

    ```mlir
    %1 = resnet.conv %x, %w {pads = array<i64: 1, 1>, strides = array<i64: 2>, dilations = array<i64: 1>}
       : (tensor<?x4x100xf32>, tensor<8x4x3xf32>) -> tensor<?x8x50xf32>
    %2 = resnet.relu %1 : (tensor<?x8x50xf32>) -> tensor<?x8x50xf32>
    // ==>
    %0 = resnet.reshape %x, %shape : (tensor<?x4x100xf32>, tensor<4xi64>) -> tensor<?x4x1x100xf32>
    %1 = resnet.conv %0, %v {pads = array<i64: 0, 1, 0, 1>, strides = array<i64: 1, 2>}
       : (tensor<?x4x1x100xf32>, tensor<8x4x1x3xf32>) -> tensor<?x8x1x50xf32>
    %2 = resnet.relu %1 : (tensor<?x8x1x50xf32>) -> tensor<?x8x1x50xf32>
    %3 = resnet.reshape %2, %shape2 : (tensor<?x8x1x50xf32>, tensor<3xi64>) -> tensor<?x8x50xf32>
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
}

def ResNetMatricesToImages
    : Pass<"resnet-matrices-to-images", "::mlir::func::FuncOp"> {
  let summary = "Makes products of learned matrices convolutions of one pixel";
  let description = [{
    Of functions that train. A row for each example times a matrix that all
    examples share is a convolution with a filter of one pixel, and the matrix's
    gradient, a sum over the examples, is that of the filter.

    ```mlir
    %y = resnet.gemm %x, %w bias %b {trans_b = true}
       : (tensor<?x64xf32>, tensor<10x64xf32>, tensor<10xf32>) -> tensor<?x10xf32>
    // ==>
    %0 = resnet.reshape %x, %shape : (tensor<?x64xf32>, tensor<4xi64>) -> tensor<?x64x1x1xf32>
    %1 = resnet.reshape %w, %shape1 : (tensor<10x64xf32>, tensor<4xi64>) -> tensor<10x64x1x1xf32>
    %2 = resnet.conv %0, %1 bias %b
       : (tensor<?x64x1x1xf32>, tensor<10x64x1x1xf32>, tensor<10xf32>) -> tensor<?x10x1x1xf32>
    %y = resnet.reshape %2, %shape2 : (tensor<?x10x1x1xf32>, tensor<2xi64>) -> tensor<?x10xf32>
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
}

def ResNetFoldBatchNorm : Pass<"resnet-fold-batch-norm", "::mlir::func::FuncOp"> {
  let summary = "Folds batch normalization into the weights next to it";
  let description = [{
    Into the convolution or Gemm before it, if nothing else reads that; else
    into the one after it, if that does not pad. A product, quotient, sum or
    difference with a constant by channel is folded the same way. Computed in
    double precision, rounded once.

    ```mlir
    %1 = resnet.conv %x, %w : ...
    %2 = resnet.batch_norm %1, %scale, %offset, %mean, %variance {epsilon = 1.0e-5 : f32} : ...
    // ==>
    %2 = resnet.conv %x, %folded_w bias %folded_b : ...
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
  let statistics = [
    Statistic<"numFolded", "folded", "Number of batch normalizations folded">
  ];
}

def ResNetDecomposeConvTranspose
    : Pass<"resnet-decompose-conv-transpose", "::mlir::func::FuncOp"> {
  let summary = "Makes transposed convolutions ordinary ones";
  let description = [{
    A transposed convolution of stride s computes, for each of s x s phases, a
    convolution with every s-th tap. With constant weights, the phases become
    channels of one convolution, which `resnet.depth_to_space` turns into pixels
    (where the strides differ, a transpose), and what `pads` cut off is sliced.
    A relu behind becomes the convolution's activation.

    ```mlir
    %y = resnet.conv_transpose %x, %w {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
       : (tensor<?x64x28x28xf32>, tensor<64x32x4x4xf32>) -> tensor<?x32x56x56xf32>
    // ==>
    %p = resnet.conv %x, %v {pads = array<i64: 1, 1, 1, 1>}
       : (tensor<?x64x28x28xf32>, tensor<128x64x2x2xf32>) -> tensor<?x128x29x29xf32>
    %d = resnet.depth_to_space %p {block = 2 : i64}
       : (tensor<?x128x29x29xf32>) -> tensor<?x32x58x58xf32>
    %y = resnet.slice %d, %one, %fifty_seven axes %two_three : ... -> tensor<?x32x56x56xf32>
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
}

def ResNetFuseResidual : Pass<"resnet-fuse-residual", "::mlir::func::FuncOp"> {
  let summary = "Fuses skip connections and activations into convolutions";
  let description = [{
    A sum of a convolution, which nothing else reads, and a value of the same
    shape becomes the convolution's residual; a relu behind becomes its
    activation. Where both summands are such convolutions (a projection
    shortcut), the later one takes the other's result as its residual.

    ```mlir
    %1 = resnet.conv %a, %w bias %b {pads = array<i64: 1, 1, 1, 1>} : ...
    %2 = resnet.add %1, %x : ...
    %3 = resnet.relu %2 : ...
    // ==>
    %3 = resnet.conv %a, %w bias %b residual %x
           {activation = #resnet.activation<relu>, pads = array<i64: 1, 1, 1, 1>} : ...
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
  let statistics = [
    Statistic<"numResiduals", "residuals", "Number of sums fused">,
    Statistic<"numActivations", "activations", "Number of activations fused">
  ];
}

def ResNetVolumesToImages : Pass<"resnet-volumes-to-images", "::mlir::func::FuncOp"> {
  let summary = "Lays the planes of volumes under each other";
  let description = [{
    Convolutions, pools and elementwise operations on N x C x D x H x W work on
    images instead, for which there are kernels. A convolution's taps along the
    depth become channels: for each of them the planes that it reads; and the
    planes lie under each other, with the padding between them. A pool is one in
    the planes and one along the depth.

    ```mlir
    %y = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1, 1, 1>, ...}
       : (tensor<?x8x4x16x16xf32>, tensor<16x8x3x3x3xf32>) -> tensor<?x16x4x16x16xf32>
    // ==>
    %p = resnet.pad %x, ...                    // ... -> tensor<?x8x6x16x16xf32>
    %0 = resnet.slice %p, ...                  // planes 0 to 3; %1: 1 to 4; %2: 2 to 5
    %c = resnet.concat %0, %1, %2 {axis = 1 : i64} : ... -> tensor<?x24x4x16x16xf32>
    %h = resnet.pad %c, ...                    // ... -> tensor<?x24x4x18x16xf32>
    %i = resnet.reshape %h, ...                // ... -> tensor<?x24x72x16xf32>
    %v = resnet.conv %i, %u {pads = array<i64: 0, 1, 2, 1>}
       : (tensor<?x24x72x16xf32>, tensor<16x24x3x3xf32>) -> tensor<?x16x72x16xf32>
    %r = resnet.reshape %v, ...                // ... -> tensor<?x16x4x18x16xf32>
    %y = resnet.slice %r, ...                  // ... -> tensor<?x16x4x16x16xf32>
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
}

def ResNetAssignLayout : Pass<"resnet-assign-layout", "::mlir::func::FuncOp"> {
  let summary = "Chooses how activations lie in memory";
  let description = [{
    Every operation says what it wants (`LayoutOpInterface`): convolutions read
    and write blocks of as many channels as a vector has lanes, and want a halo
    of zeros as wide as their pads. Values are given the layout their producer
    writes, with the widest halo any reader wants; `resnet.reorder` is inserted
    only where a reader wants other blocks, which in a network of convolutions
    is at its edges. Inputs and outputs of the function are plain.

    ```mlir
    %1 = resnet.conv %x, %w {pads = array<i64: 3, 3, 3, 3>, ...}
       : (tensor<?x3x224x224xf32>, ...) -> tensor<?x64x112x112xf32>
    // ==> with block=8
    %0 = resnet.reorder %x : (tensor<?x3x224x224xf32>)
       -> tensor<?x3x224x224xf32, #resnet.layout<block = 1, halo = [3, 3, 3, 3]>>
    %1 = resnet.conv %0, %w {pads = array<i64: 3, 3, 3, 3>, ...}
       : (...) -> tensor<?x64x112x112xf32, #resnet.layout<block = 8, halo = [1, 1, 1, 1]>>
    ```
  }];
  let options = [
    Option<"block", "block", "int64_t", /*default=*/"8",
           "Channels in a block: lanes of the target's vectors">,
    Option<"gpu", "gpu", "bool", /*default=*/"false",
           "Whether a GPU computes: then `block` is what suits the network">
  ];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
  let statistics = [
    Statistic<"numReorders", "reorders", "Number of reorders inserted">
  ];
}

#endif // RESNETC_DIALECT_RESNET_TRANSFORMS_PASSES_TD
