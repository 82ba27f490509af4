// RUN: resnet-opt %s --resnet-recompute-blocks | FileCheck %s

// All four products of the backward pass with what the convolutions have
// computed take four images' memory; with the sum of the first two blocks as the
// only value that waits, it takes three. The last block is not repeated.
// CHECK-LABEL: func.func @net_backward(
// CHECK-SAME: %[[X:[^:]+]]: tensor<?x4x8x8xf32>, %[[W:[^:]+]]: tensor<4x4x3x3xf32>
// CHECK: %[[A:.+]] = resnet.conv %[[X]], %[[W]]
// CHECK: %[[B:.+]] = resnet.add %[[A]], %[[X]]
// CHECK: %[[C:.+]] = resnet.conv %[[B]], %[[W]]
// CHECK: %[[D:.+]] = resnet.add %[[C]], %[[B]]
// CHECK: %[[E:.+]] = resnet.conv %[[D]], %[[W]]
// CHECK: %[[F:.+]] = resnet.add %[[E]], %[[D]]
// CHECK: %[[G:.+]] = resnet.conv %[[F]], %[[W]]
// CHECK: %[[H:.+]] = resnet.add %[[G]], %[[F]]
// CHECK-NEXT: %[[LOSS:.+]] = resnet.reduce %[[H]]
// CHECK-NEXT: %[[Q4:.+]] = resnet.mul %[[H]], %[[G]]
// CHECK-NEXT: %[[Q3:.+]] = resnet.mul %[[Q4]], %[[E]]
// CHECK-NEXT: %[[A2:.+]] = resnet.conv %[[X]], %[[W]]
// CHECK-NEXT: %[[B2:.+]] = resnet.add %[[A2]], %[[X]]
// CHECK-NEXT: %[[C2:.+]] = resnet.conv %[[B2]], %[[W]]
// CHECK-NEXT: %[[Q2:.+]] = resnet.mul %[[Q3]], %[[C2]]
// CHECK-NEXT: %[[Q1:.+]] = resnet.mul %[[Q2]], %[[A2]]
// CHECK-NEXT: return %[[LOSS]], %[[Q1]]
func.func @net_backward(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) -> (tensor<f32>, tensor<?x4x8x8xf32>) attributes {resnet.training} {
  %axes = resnet.constant dense<[0, 1, 2, 3]> : tensor<4xi64>
  %a = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  %b = resnet.add %a, %x : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %c = resnet.conv %b, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  %d = resnet.add %c, %b : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %e = resnet.conv %d, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  %f = resnet.add %e, %d : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %g = resnet.conv %f, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  %h = resnet.add %g, %f : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %loss = resnet.reduce %h, %axes {keepdims = false, kind = #resnet.reduction<sum>} : (tensor<?x4x8x8xf32>, tensor<4xi64>) -> tensor<f32>
  %q4 = resnet.mul %h, %g : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %q3 = resnet.mul %q4, %e : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %q2 = resnet.mul %q3, %c : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %q1 = resnet.mul %q2, %a : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  return %loss, %q1 : tensor<f32>, tensor<?x4x8x8xf32>
}

// The statistics of the batch, what the function returns, and layers that nothing
// is learned of are there once.
// CHECK-LABEL: func.func @normalized_backward(
// CHECK-SAME: %[[X:[^:]+]]: tensor<?x4x8x8xf32>, %[[W:[^:]+]]: tensor<4x4x3x3xf32>
// CHECK: %[[FROZEN:.+]] = resnet.conv %[[X]]
// CHECK: %[[A:.+]] = resnet.conv %[[FROZEN]]
// CHECK: %[[MEAN:.+]], %[[VARIANCE:.+]] = resnet.batch_statistics %[[A]]
// CHECK: %[[B:.+]] = resnet.batch_norm %[[A]], %{{.+}}, %{{.+}}, %[[MEAN]], %[[VARIANCE]]
// CHECK: %[[C:.+]] = resnet.conv %[[B]]
// CHECK: %[[D:.+]] = resnet.relu %[[C]]
// CHECK: %[[E:.+]] = resnet.conv %[[D]]
// CHECK: %[[F:.+]] = resnet.conv %[[E]]
// CHECK: %[[LOSS:.+]] = resnet.reduce
// CHECK-NEXT: %[[Q4:.+]] = resnet.mul %[[F]], %[[F]]
// CHECK-NEXT: %[[Q3:.+]] = resnet.mul %[[Q4]], %[[E]]
// CHECK-NEXT: %[[G2:.+]] = resnet.conv %[[Q3]]
// CHECK-NEXT: %[[A2:.+]] = resnet.conv %[[FROZEN]]
// CHECK-NEXT: %[[B2:.+]] = resnet.batch_norm %[[A2]], %{{.+}}, %{{.+}}, %[[MEAN]], %[[VARIANCE]]
// CHECK-NEXT: %[[C2:.+]] = resnet.conv %[[B2]]
// CHECK-NEXT: %[[Q2:.+]] = resnet.mul %[[G2]], %[[C2]]
// CHECK-NEXT: %[[G1:.+]] = resnet.conv %[[Q2]]
// CHECK-NEXT: %[[Q1:.+]] = resnet.mul %[[G1]], %[[A2]]
// CHECK-NEXT: return %[[LOSS]], %[[D]], %[[Q1]], %[[MEAN]]
func.func @normalized_backward(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>, %up: tensor<8x4x1x1xf32>, %down: tensor<4x8x1x1xf32>, %scale: tensor<4xf32>, %offset: tensor<4xf32>) -> (tensor<f32>, tensor<?x8x8x8xf32>, tensor<?x4x8x8xf32>, tensor<4xf32>) attributes {resnet.training} {
  %axes = resnet.constant dense<[0, 1, 2, 3]> : tensor<4xi64>
  %frozen = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  %a = resnet.conv %frozen, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  %mean, %variance = resnet.batch_statistics %a : (tensor<?x4x8x8xf32>) -> (tensor<4xf32>, tensor<4xf32>)
  %b = resnet.batch_norm %a, %scale, %offset, %mean, %variance : (tensor<?x4x8x8xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4x8x8xf32>
  %c = resnet.conv %b, %up : (tensor<?x4x8x8xf32>, tensor<8x4x1x1xf32>) -> tensor<?x8x8x8xf32>
  %d = resnet.relu %c : (tensor<?x8x8x8xf32>) -> tensor<?x8x8x8xf32>
  %e = resnet.conv %d, %down : (tensor<?x8x8x8xf32>, tensor<4x8x1x1xf32>) -> tensor<?x4x8x8xf32>
  %f = resnet.conv %e, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  %loss = resnet.reduce %f, %axes {keepdims = false, kind = #resnet.reduction<sum>} : (tensor<?x4x8x8xf32>, tensor<4xi64>) -> tensor<f32>
  %q4 = resnet.mul %f, %f : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %q3 = resnet.mul %q4, %e : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %g2 = resnet.conv %q3, %up : (tensor<?x4x8x8xf32>, tensor<8x4x1x1xf32>) -> tensor<?x8x8x8xf32>
  %q2 = resnet.mul %g2, %c : (tensor<?x8x8x8xf32>, tensor<?x8x8x8xf32>) -> tensor<?x8x8x8xf32>
  %g1 = resnet.conv %q2, %down : (tensor<?x8x8x8xf32>, tensor<4x8x1x1xf32>) -> tensor<?x4x8x8xf32>
  %q1 = resnet.mul %g1, %a : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  return %loss, %d, %q1, %mean : tensor<f32>, tensor<?x8x8x8xf32>, tensor<?x4x8x8xf32>, tensor<4xf32>
}

// Two images take less than one that waits and two of a block.
// CHECK-LABEL: func.func @short_backward(
// CHECK-COUNT-2: resnet.conv
// CHECK-NOT: resnet.conv
func.func @short_backward(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) -> (tensor<f32>, tensor<?x4x8x8xf32>) attributes {resnet.training} {
  %axes = resnet.constant dense<[0, 1, 2, 3]> : tensor<4xi64>
  %a = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  %b = resnet.conv %a, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  %loss = resnet.reduce %b, %axes {keepdims = false, kind = #resnet.reduction<sum>} : (tensor<?x4x8x8xf32>, tensor<4xi64>) -> tensor<f32>
  %q2 = resnet.mul %b, %b : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  %q1 = resnet.mul %q2, %a : (tensor<?x4x8x8xf32>, tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  return %loss, %q1 : tensor<f32>, tensor<?x4x8x8xf32>
}

// Only a backward pass is one.
// CHECK-LABEL: func.func @net_update(
// CHECK-COUNT-1: resnet.conv
// CHECK-NOT: resnet.conv
func.func @net_update(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32> attributes {resnet.training} {
  %a = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x8x8xf32>
  return %a : tensor<?x4x8x8xf32>
}
