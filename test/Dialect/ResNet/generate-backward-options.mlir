// Options that do not fit the network.

// RUN: not resnet-opt %s --resnet-generate-backward=trainable=fc.*,conv1.* 2>&1 | FileCheck %s --check-prefix=PATTERN
// PATTERN: error: pattern 'conv1.*' matches none of the parameters 'fc.weight', 'fc.bias'
// RUN: not resnet-opt %s --resnet-generate-backward=trainable=[ 2>&1 | FileCheck %s --check-prefix=MALFORMED
// MALFORMED: error: pattern '[' is malformed: invalid glob pattern, unmatched '['
// RUN: not resnet-opt %s --resnet-generate-backward=output=z 2>&1 | FileCheck %s --check-prefix=OUTPUT
// OUTPUT: error: has no output 'z'; its outputs are 'y' 'features'
// RUN: not resnet-opt %s --resnet-generate-backward=label-smoothing=2 2>&1 | FileCheck %s --check-prefix=SMOOTHING
// SMOOTHING: error: label-smoothing is 2.0{{.*}}, but must be from 0 to 1
// RUN: not resnet-opt %s --resnet-generate-backward=class-weights=1,2 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// WEIGHTS: error: there are 2 class-weights, but 3 classes
// RUN: not resnet-opt %s --resnet-generate-backward=class-weights=1,2,-3 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: class-weights have '-3', which is no number from 0
// RUN: not resnet-opt %s --resnet-generate-backward="loss=mse label-smoothing=0.1" 2>&1 | FileCheck %s --check-prefix=CLASSES
// CLASSES: error: label-smoothing and class-weights are of softmax-cross-entropy only
// RUN: not resnet-opt %s --resnet-generate-backward=sync-batch-norm=true 2>&1 | FileCheck %s --check-prefix=SYNC
// SYNC: error: sync-batch-norm needs data-parallel
// RUN: not resnet-opt %s --resnet-generate-backward="optimizer=adamw nesterov=true" 2>&1 | FileCheck %s --check-prefix=NESTEROV
// NESTEROV: error: nesterov is of the optimizer sgd only

// And such that do: the other output, and gradients of the inputs.
// RUN: resnet-opt %s --resnet-generate-backward="loss=mse output=features gradient-of-input=true trainable=fc.weight" | FileCheck %s --check-prefix=FEATURES
// FEATURES-LABEL: func.func @net_backward(
// FEATURES-SAME: tensor<?x3xf32> {resnet.name = "target"}
// FEATURES-SAME: "fc.weight", resnet.role = "parameter"
// FEATURES-NOT: "fc.bias"
// FEATURES: -> (tensor<f32> {resnet.name = "loss"}, tensor<?x3xf32> {resnet.name = "y"}, tensor<?x3xf32> {resnet.name = "features"},
// FEATURES-SAME: tensor<3x4xf32> {resnet.name = "fc.weight", resnet.role = "gradient", resnet.updates = 3 : i64}, tensor<?x4xf32> {resnet.name = "x.gradient"})

// The loss is of what goes into the softmax, with weights of classes that are
// given at run time.
// RUN: resnet-opt %s --resnet-generate-backward=class-weights=setting | FileCheck %s --check-prefix=SETTING
// SETTING-LABEL: func.func @net_backward(
// SETTING-SAME: %[[GIVEN:[^:]+]]: tensor<3xf32> {resnet.name = "class_weights", resnet.role = "setting", resnet.value = dense<1.000000e+00> : tensor<3xf32>})
// SETTING: %[[LOGITS:.+]] = resnet.gemm
// SETTING: resnet.mul %{{.+}}, %[[GIVEN]]
// SETTING: resnet.reduce %[[LOGITS]], %{{.+}} {kind = #resnet.reduction<log_sum_exp>}

func.func @net(%x: tensor<?x4xf32> {resnet.name = "x"}) -> (tensor<?x3xf32> {resnet.name = "y"}, tensor<?x3xf32> {resnet.name = "features"}) {
  %w = resnet.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [1.0, 0.0, 0.0, 0.0]]> : tensor<3x4xf32> loc("fc.weight")
  %b = resnet.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32> loc("fc.bias")
  %0 = resnet.gemm %x, %w, %b {trans_b = true} : (tensor<?x4xf32>, tensor<3x4xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %1 = resnet.softmax %0 {axis = -1 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return %1, %0 : tensor<?x3xf32>, tensor<?x3xf32>
}
