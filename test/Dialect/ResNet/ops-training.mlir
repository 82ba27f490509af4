// RUN: resnet-opt %s | resnet-opt | FileCheck %s
// RUN: resnet-opt %s --resnet-infer-shapes | FileCheck %s --check-prefix=INFER

// CHECK-LABEL: func.func @windows
// INFER-LABEL: func.func @windows
func.func @windows(%x: tensor<?x4x7x8xf32>, %g: tensor<?x6x4x5xf32>, %p: tensor<?x4x4x4xf32>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>) {
  // CHECK: resnet.conv_filter_gradient %{{.*}}, %{{.*}} {dilations = array<i64: 1, 2>, group = 2 : i64, kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 0>, strides = array<i64: 2, 1>}
  // INFER: resnet.conv_filter_gradient {{.*}} -> tensor<6x2x3x3xf32>
  %0 = resnet.conv_filter_gradient %x, %g {dilations = array<i64: 1, 2>, group = 2 : i64, kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 0>, strides = array<i64: 2, 1>} : (tensor<?x4x7x8xf32>, tensor<?x6x4x5xf32>) -> tensor<*xf32>
  // CHECK: resnet.max_pool_gradient %{{.*}}, %{{.*}} {ceil_mode = true, kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}
  // INFER: resnet.max_pool_gradient {{.*}} -> tensor<?x4x7x8xf32>
  %1 = resnet.max_pool_gradient %x, %p {ceil_mode = true, kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x7x8xf32>, tensor<?x4x4x4xf32>) -> tensor<*xf32>
  // CHECK: resnet.avg_pool_gradient %{{.*}} {count_include_pad = true, input_shape = array<i64: 9, 8>, kernel_shape = array<i64: 3, 2>, strides = array<i64: 2, 2>}
  // INFER: resnet.avg_pool_gradient {{.*}} -> tensor<?x4x9x8xf32>
  %2 = resnet.avg_pool_gradient %p {count_include_pad = true, input_shape = array<i64: 9, 8>, kernel_shape = array<i64: 3, 2>, strides = array<i64: 2, 2>} : (tensor<?x4x4x4xf32>) -> tensor<*xf32>
  return %0, %1, %2 : tensor<*xf32>, tensor<*xf32>, tensor<*xf32>
}

// CHECK-LABEL: func.func @insert
// INFER-LABEL: func.func @insert
func.func @insert(%x: tensor<?x16x4xi64>) -> tensor<*xi64> {
  // CHECK: resnet.insert_slice %{{.*}} {axes = array<i64: 1, -1>, sizes = array<i64: 31, 8>, starts = array<i64: 0, 4>, steps = array<i64: 2, -1>}
  // INFER: resnet.insert_slice {{.*}} -> tensor<?x31x8xi64>
  %0 = resnet.insert_slice %x {axes = array<i64: 1, -1>, sizes = array<i64: 31, 8>, starts = array<i64: 0, 4>, steps = array<i64: 2, -1>} : (tensor<?x16x4xi64>) -> tensor<*xi64>
  return %0 : tensor<*xi64>
}

// CHECK-LABEL: func.func @resample
// INFER-LABEL: func.func @resample
func.func @resample(%x: tensor<?x16x4xf32>, %b: tensor<7xi64>, %w: tensor<7x3xf32>) -> tensor<*xf32> {
  // CHECK: resnet.resample %{{.*}}, %{{.*}}, %{{.*}} {axis = 1 : i64}
  // INFER: resnet.resample {{.*}} -> tensor<?x7x4xf32>
  %0 = resnet.resample %x, %b, %w {axis = 1 : i64} : (tensor<?x16x4xf32>, tensor<7xi64>, tensor<7x3xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}

// CHECK-LABEL: func.func @batch
// INFER-LABEL: func.func @batch
func.func @batch(%x: tensor<?x16x4xbf16>, %g: tensor<?x16x4xbf16>, %d: tensor<?x2xf64>) -> (tensor<*xbf16>, tensor<*xbf16>, tensor<*xf32>, tensor<*xf64>) {
  // CHECK: %{{.+}}, %{{.+}} = resnet.batch_statistics %{{.*}}
  // INFER: resnet.batch_statistics {{.*}} -> (tensor<16xbf16>, tensor<16xbf16>)
  %m, %v = resnet.batch_statistics %x : (tensor<?x16x4xbf16>) -> (tensor<*xbf16>, tensor<*xbf16>)
  // CHECK: %{{.+}}, %{{.+}} = resnet.channel_sums %{{.*}}, %{{.*}}, %{{.*}}
  // INFER: resnet.channel_sums {{.*}} -> (tensor<16xbf16>, tensor<16xbf16>)
  %0, %1 = resnet.channel_sums %g, %x, %m : (tensor<?x16x4xbf16>, tensor<?x16x4xbf16>, tensor<*xbf16>) -> (tensor<*xbf16>, tensor<*xbf16>)
  // CHECK: resnet.batch_size
  // INFER: resnet.batch_size {{.*}} -> tensor<f32>
  %2 = resnet.batch_size %x : (tensor<?x16x4xbf16>) -> tensor<*xf32>
  // INFER: resnet.batch_size {{.*}} -> tensor<f64>
  %3 = resnet.batch_size %d : (tensor<?x2xf64>) -> tensor<*xf64>
  return %0, %1, %2, %3 : tensor<*xbf16>, tensor<*xbf16>, tensor<*xf32>, tensor<*xf64>
}

// CHECK-LABEL: func.func @dropout
// INFER-LABEL: func.func @dropout
func.func @dropout(%x: tensor<?x16x4xf32>, %n: tensor<?xi64>, %r: tensor<3xui32>) -> (tensor<*xf32>, tensor<*xf32>) {
  // CHECK: resnet.dropout %{{.*}} example %{{.*}} random %{{.*}} {ratio = 2.500000e-01 : f32, stream = 3 : i64}
  // INFER: resnet.dropout {{.*}} -> tensor<?x16x4xf32>
  %0 = resnet.dropout %x example %n random %r {ratio = 2.5e-1 : f32, stream = 3 : i64} : (tensor<?x16x4xf32>, tensor<?xi64>, tensor<3xui32>) -> tensor<*xf32>
  // CHECK: resnet.dropout %{{[^ ]*}} : (tensor<?x16x4xf32>)
  // INFER: resnet.dropout {{.*}} -> tensor<?x16x4xf32>
  %1 = resnet.dropout %x : (tensor<?x16x4xf32>) -> tensor<*xf32>
  return %0, %1 : tensor<*xf32>, tensor<*xf32>
}

// CHECK-LABEL: func.func @all_reduce
// INFER-LABEL: func.func @all_reduce
func.func @all_reduce(%x: tensor<16xf32>) -> tensor<*xf32> {
  // CHECK: resnet.all_reduce %{{[^ ]*}} : (tensor<16xf32>)
  // INFER: resnet.all_reduce {{.*}} -> tensor<16xf32>
  %0 = resnet.all_reduce %x : (tensor<16xf32>) -> tensor<*xf32>
  return %0 : tensor<*xf32>
}
