// RUN: resnet-opt %s --resnet-place-parameters | FileCheck %s

// Parameters and buffers share one piece of memory, in multiples of 64 bytes.
// CHECK: func.func @net(%{{[^:]+}}: tensor<?x4xf32> {resnet.name = "x"},
// CHECK-SAME: resnet.name = "w", resnet.place = 0 : i64, resnet.role = "parameter"
// CHECK-SAME: resnet.name = "mean", resnet.place = 128 : i64, resnet.role = "buffer"
func.func @net(%x: tensor<?x4xf32> {resnet.name = "x"},
               %w: tensor<5x4xf32> {resnet.name = "w", resnet.role = "parameter"},
               %m: tensor<3xf32> {resnet.name = "mean", resnet.role = "buffer"})
    -> (tensor<?x4xf32> {resnet.name = "y"}) {
  return %x : tensor<?x4xf32>
}

// What has the same name has the same place; settings have no gaps.
// CHECK: func.func @net_update(
// CHECK-SAME: resnet.name = "b", resnet.place = 192 : i64, resnet.role = "parameter"
// CHECK-SAME: resnet.name = "w", resnet.place = 0 : i64, resnet.role = "parameter"
// CHECK-SAME: resnet.name = "w", resnet.place = 0 : i64, resnet.role = "gradient"
// CHECK-SAME: resnet.name = "w.momentum", resnet.place = 0 : i64, resnet.role = "state"
// CHECK-SAME: resnet.name = "rate", resnet.place = 0 : i64, resnet.role = "setting"
// CHECK-SAME: resnet.name = "decay", resnet.place = 4 : i64, resnet.role = "setting"
// CHECK-SAME: -> (tensor<5x4xf32> {resnet.name = "w", resnet.place = 0 : i64, resnet.role = "parameter", resnet.updates = 1 : i64})
func.func @net_update(%b: tensor<3xf32> {resnet.name = "b", resnet.role = "parameter"},
                      %w: tensor<5x4xf32> {resnet.name = "w", resnet.role = "parameter"},
                      %g: tensor<5x4xf32> {resnet.name = "w", resnet.role = "gradient"},
                      %v: tensor<5x4xf32> {resnet.name = "w.momentum", resnet.role = "state"},
                      %r: tensor<f32> {resnet.name = "rate", resnet.role = "setting"},
                      %d: tensor<f32> {resnet.name = "decay", resnet.role = "setting"})
    -> (tensor<5x4xf32> {resnet.name = "w", resnet.role = "parameter", resnet.updates = 1 : i64}) {
  return %w : tensor<5x4xf32>
}
